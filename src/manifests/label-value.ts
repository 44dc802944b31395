/** Whether Kubernetes accepts a string as the value of a label: 63 characters, letters and digits at both ends. */
export function isLabelValue(text: string): boolean {
  return text.length <= 63 && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(text);
}

{{/* One name for every object: that of the release, unless it says seedbed already. */}}
{{- define "seedbed.name" -}}
{{- if contains "seedbed" .Release.Name }}{{ .Release.Name | trunc 63 | trimSuffix "-" }}{{ else }}{{ printf "%s-seedbed" .Release.Name | trunc 63 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "seedbed.selector" -}}
app.kubernetes.io/name: seedbed-bot
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "seedbed.labels" -}}
{{ include "seedbed.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: seedbed
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "seedbed.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else if .Values.image.tag }}{{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- else }}{{ fail "image.digest is empty: write the digest of the image (or, less safe, image.tag)" }}
{{- end }}
{{- end }}

{{/* Name of the Secret with app.pem, webhook and signing.pem. */}}
{{- define "seedbed.secret" -}}
{{- $external := .Values.secrets.external -}}
{{- if and .Values.secrets.existing $external.store }}{{ fail "secrets.existing and secrets.external.store exclude each other: leave one empty" }}
{{- else if .Values.secrets.existing }}{{ .Values.secrets.existing }}
{{- else if $external.store }}
{{- range $name := list "app" "webhook" "signing" }}
{{- if not (get $external $name).key }}{{ fail (printf "secrets.external.%s.key is empty: write under what the store %s has it" $name $external.store) }}{{ end }}
{{- end }}
{{- include "seedbed.name" . }}
{{- else }}{{ fail "secrets.existing is empty: name a Secret with the keys app.pem, webhook and signing.pem, or fill in secrets.external" }}
{{- end }}
{{- end }}

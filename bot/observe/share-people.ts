import type { HubPeople } from "../hub/hub.ts";

/** Asks for each team and each user once, however many databases have the same people. */
export function sharePeople(people: HubPeople): HubPeople {
  const [teams, users] = [once(people.teamMembers), once(people.user)];
  return { ...people, teamMembers: teams, user: users };
}

function once<T>(read: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const asked = new Map<string, Promise<T>>();
  return (name) => {
    const answer = asked.get(name) ?? read(name);
    asked.set(name, answer);
    return answer;
  };
}

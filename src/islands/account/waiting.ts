import { createContext, type Resource } from 'solid-js';
import type { Task } from '../../backend/workflow.ts';
import type { Menu } from './Menu.tsx';

/** What waits for the person, read once by the frame: the menu counts it, 待办 lists it. */
export interface Waiting {
  tasks: Resource<Task[]>;
  retry: () => void;
  /** Where one of them is done, and the view whose list holds it. */
  place: (task: Task) => Record<string, string | number>;
  list: (task: Task) => Menu | undefined;
}
export const WaitingContext = createContext<Waiting>();

/** Tasks of one kind, with how many there truly are: a list shows no more than some hundreds of them. */
export interface Kind {
  entity: string;
  tasks: Task[];
  total: number;
}
/** By kind; the kind whose first is the most urgent stands first, and so within each. The tasks come in the order of urgency. */
export function byKind(tasks: Task[]): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const task of tasks) {
    const kind = kinds.get(task.entity) ?? { entity: task.entity, tasks: [], total: task.total };
    kind.tasks.push(task);
    kinds.set(task.entity, kind);
  }
  return [...kinds.values()];
}

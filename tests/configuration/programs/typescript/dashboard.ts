import type { Dashboard } from "@grafana/schema";

// Each data source has questions of its own, which the type of a dashboard leaves open.
type Question = { refId: string; [field: string]: unknown };

// JSON has the text of an enum's value, not its name.
type Written<T> = T extends string
  ? `${T}`
  : T extends (infer Item)[]
    ? Written<Item>[]
    : T extends object
      ? { [Key in keyof T]: Asked<Key, Written<T[Key]>> }
      : T;

type Asked<Key, T> = Key extends "target" ? Question : Key extends "targets" ? Question[] : T;

export type WrittenDashboard = Written<Dashboard>;

import type { ApiObject } from "./apiObject.ts";
import { valueAtDotted } from "./json.ts";
import type { ResourceType } from "./resourceType.ts";
import { badRequest } from "./statusError.ts";

/** Says whether an object is selected. */
export type Selects = (object: ApiObject) => boolean;

const SET = /^\s*([^\s!=,()]+)\s+(in|notin)\s+\(([^)]*)\)\s*$/;
const EQUALITY = /^\s*([^\s!=,()]+)\s*(==|=|!=)\s*([^\s,()]*)\s*$/;
const EXISTS = /^\s*(!?)\s*([^\s!=,()]+)\s*$/;

/** Label selector text to a predicate. @throws StatusError 400 when it cannot be parsed */
export function labelSelector(text: string): Selects {
  const terms = splitTerms(text).map(labelTerm);
  return (object) => terms.every((term) => term(object.metadata.labels ?? {}));
}

/** Field selector text to a predicate. @throws StatusError 400 for a field that the type does not offer */
export function fieldSelector(text: string, type: ResourceType): Selects {
  const known = ["metadata.name", "metadata.namespace", ...type.fieldSelectors];
  const terms = splitTerms(text).map((term) => {
    const [, field = "", operator, wanted = ""] = EQUALITY.exec(term) ?? [];
    if (operator === undefined) throw badRequest(`invalid selector: '${term}'`);
    if (!known.includes(field)) throw badRequest(`field label not supported: ${field}`);
    return { field, equal: operator !== "!=", wanted };
  });
  return (object) =>
    terms.every(({ field, equal, wanted }) => {
      const value = valueAtDotted(object, field);
      return ((typeof value === "string" ? value : "") === wanted) === equal;
    });
}

function labelTerm(term: string): (labels: Readonly<Record<string, string>>) => boolean {
  const [, setKey, operator, list = ""] = SET.exec(term) ?? [];
  if (setKey !== undefined) {
    const values = list.split(",").map((value) => value.trim());
    return (labels) => {
      const value = labels[setKey];
      const isIn = value !== undefined && values.includes(value);
      return operator === "in" ? isIn : !isIn;
    };
  }
  const [, key, sign, wanted = ""] = EQUALITY.exec(term) ?? [];
  if (key !== undefined) return (labels) => (labels[key] === wanted) === (sign !== "!=");
  const [, not, name] = EXISTS.exec(term) ?? [];
  if (name === undefined) throw badRequest(`unable to parse requirement: ${term}`);
  return (labels) => (labels[name] !== undefined) === (not === "");
}

function splitTerms(text: string): readonly string[] {
  return text.split(/,(?![^(]*\))/).filter((term) => term.trim() !== "");
}

export { type ChildMessage, type ParentMessage, parseChildMessage } from "./messages.ts";
export { type ProgramHandle, type ProgramModules, runProgram } from "./runProgram.ts";

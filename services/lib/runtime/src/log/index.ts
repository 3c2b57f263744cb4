export { createLogger, type LoggerOptions } from "./createLogger.ts";

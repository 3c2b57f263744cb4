export { startValidator, type ValidatorHandle, type ValidatorModules } from "./app.ts";
export {
  type SourceOptions,
  type ValidatorOptions,
  type ValidatorOptionsInput,
  validatorOptionsSchema,
} from "./config.ts";

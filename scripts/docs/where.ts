import type { DescEnum, DescMessage, DescMethod, DescService } from "@bufbuild/protobuf";
import { localName } from "./contract.ts";
import { kebab, slug } from "./markdown.ts";

/** Where the reference is, as a path in the repository. */
export const REFERENCE = "docs/reference";
export const ENUMS = `${REFERENCE}/enums.md`;
export const ERRORS = `${REFERENCE}/errors.md`;
export const STATUSES = `${REFERENCE}/statuses.md`;
export const EVENTS = `${REFERENCE}/events.md`;
export const CONFIGURATION = `${REFERENCE}/configuration.md`;
export const CONNECTORS = `${REFERENCE}/connectors.md`;
export const SANDBOX = `${REFERENCE}/sandbox.md`;
export const INDEX = `${REFERENCE}/README.md`;
export const MESSAGES = `${REFERENCE}/messages/README.md`;

export function servicePath({ name }: Pick<DescService, "name">): string {
  return `${REFERENCE}/${kebab(name)}/README.md`;
}

export function operationPath({ name, parent }: Pick<DescMethod, "name" | "parent">): string {
  return `${REFERENCE}/${kebab(parent.name)}/${kebab(name)}.md`;
}

/** The page of a file of the contract: "payout/v1/payout_method" has messages/payout-method.md. */
export function messagesPath(fileName: string): string {
  return `${REFERENCE}/messages/${kebab(fileName.slice(fileName.lastIndexOf("/") + 1))}.md`;
}

export function messageAddress(message: DescMessage): string {
  return `${messagesPath(message.file.name)}#${slug(localName(message))}`;
}

export function enumAddress(type: DescEnum): string {
  return `${ENUMS}#${slug(localName(type))}`;
}

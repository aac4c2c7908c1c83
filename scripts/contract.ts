import { readdir } from "node:fs/promises";
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { scopeOf } from "../src/transport/interceptors/authorize.ts";

/** Every service of the contract as it was generated, whether the service serves it or not. */
export async function contractServices(): Promise<readonly DescService[]> {
  const folder = new URL("../gen/payout/v1/", import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith("_pb.js")).sort();
  const modules = await Promise.all(names.map((name) => import(new URL(name, folder).href)));
  return modules.flatMap((module) =>
    Object.values(module as Record<string, { readonly kind?: string }>).filter(isService),
  );
}

function isService(exported: { readonly kind?: string }): exported is DescService {
  return exported?.kind === "service";
}

/**
 * The RPCs that name no scope that there is. One of them is a door without a lock, or one that
 * nobody can open, so nothing is built with it.
 */
export function methodsWithoutScope(services: readonly DescService[]): readonly string[] {
  return services.flatMap(({ methods }) =>
    methods.filter((method) => !hasScope(method)).map((m) => `${m.parent.typeName}.${m.name}`),
  );
}

function hasScope(method: DescMethod): boolean {
  try {
    scopeOf(method);
    return true;
  } catch {
    return false;
  }
}

import type { DescMethod } from "@bufbuild/protobuf";
import {
  type ConnectRouter,
  createMethodImplSpec,
  createServiceImplSpec,
  type ServiceImplSpec,
} from "@connectrpc/connect";

/**
 * Runs the function that registers services on a Connect router and answers what it registered,
 * so that one such function serves RPC and REST. Options given to `service` or `rpc` there are
 * not carried over.
 */
export function collectServices(routes: (router: ConnectRouter) => unknown): ServiceImplSpec[] {
  const services: ServiceImplSpec[] = [];
  const router: ConnectRouter = {
    handlers: [],
    service(service, implementation) {
      services.push(createServiceImplSpec(service, implementation));
      return router;
    },
    rpc(method, implementation) {
      const desc: DescMethod = method;
      services.push({
        service: desc.parent,
        methods: { [desc.localName]: createMethodImplSpec(method, implementation) },
      });
      return router;
    },
  };
  routes(router);
  return services;
}

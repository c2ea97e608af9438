package io.portcullis.proxy.balancing;

import io.portcullis.core.entity.Service;

/** Finds the balancer of a service. */
@FunctionalInterface
public interface Balancers {
  /** Called when a route is first used; the result serves its requests from then on. */
  Balancer of(Service service);
}

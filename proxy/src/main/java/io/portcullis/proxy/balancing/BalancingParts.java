package io.portcullis.proxy.balancing;

import io.portcullis.proxy.upstream.AddressResolver;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What all balancers of a node share.
 *
 * @param prober makes active checks
 * @param probes how many of them may be under way at once
 * @param workers runs each task on a thread of its own, which may wait
 * @param nanoTime as {@link System#nanoTime}
 * @param cookieValues makes values that are hard to meet twice
 */
record BalancingParts(
    AddressResolver resolver,
    Timers timers,
    Prober prober,
    Semaphore probes,
    Executor workers,
    LongSupplier nanoTime,
    Supplier<String> cookieValues) {}

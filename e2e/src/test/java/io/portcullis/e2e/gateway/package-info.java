/** Gateways and databases for tests: real processes, started on the class path of the tests. */
@NullMarked
package io.portcullis.e2e.gateway;

import org.jspecify.annotations.NullMarked;

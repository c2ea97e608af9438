/** Fixtures for tests that need a proxy, a target or a client that is spoken to in raw octets. */
@NullMarked
package io.portcullis.proxy.testkit;

import org.jspecify.annotations.NullMarked;

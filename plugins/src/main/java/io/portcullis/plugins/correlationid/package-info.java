/** The {@code correlation-id} plugin: one identifier for a request on all sides of the gateway. */
@NullMarked
package io.portcullis.plugins.correlationid;

import org.jspecify.annotations.NullMarked;

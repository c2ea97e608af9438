/** The {@code opentelemetry} plugin: a trace of each request, sent to a collector over OTLP. */
@NullMarked
package io.portcullis.plugins.opentelemetry;

import org.jspecify.annotations.NullMarked;

/** An upstream to try the gateway with; no part of a gateway. */
@NullMarked
package io.portcullis.app.demo;

import org.jspecify.annotations.NullMarked;

/**
 * The golden corpus: scenarios recorded from a real Kong Gateway 3.9.1, replayed against this
 * gateway. The format is described in {@code golden/README.md} among the test resources.
 */
@NullMarked
package io.portcullis.e2e.golden;

import org.jspecify.annotations.NullMarked;

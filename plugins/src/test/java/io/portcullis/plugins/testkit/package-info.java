/** Servers that plugins talk to, for tests; published as part of a test jar. */
@NullMarked
package io.portcullis.plugins.testkit;

import org.jspecify.annotations.NullMarked;

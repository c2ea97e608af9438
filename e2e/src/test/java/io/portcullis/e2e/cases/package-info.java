/** What KrakenD's own integration cases expect, of a file in KrakenD's format. */
@NullMarked
package io.portcullis.e2e.cases;

import org.jspecify.annotations.NullMarked;

/** KrakenD's files as configurations of this process. */
@NullMarked
package io.portcullis.app.krakend;

import org.jspecify.annotations.NullMarked;

/** KrakenD's configuration files: their values with the lines these stand in. */
@NullMarked
package io.portcullis.krakend.file;

import org.jspecify.annotations.NullMarked;

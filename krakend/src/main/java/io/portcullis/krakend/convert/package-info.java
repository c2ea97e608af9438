/** Says what a KrakenD file says as a declarative file: routes with plugins, settings beside it. */
@NullMarked
package io.portcullis.krakend.convert;

import org.jspecify.annotations.NullMarked;

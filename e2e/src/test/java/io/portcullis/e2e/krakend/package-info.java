/** KrakenD's files, served by gateways in processes of their own. */
@NullMarked
package io.portcullis.e2e.krakend;

import org.jspecify.annotations.NullMarked;

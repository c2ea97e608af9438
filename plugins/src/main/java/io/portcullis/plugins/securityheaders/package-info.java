/** The {@code security-headers} plugin: hosts, HTTPS and headers that browsers obey. */
@NullMarked
package io.portcullis.plugins.securityheaders;

import org.jspecify.annotations.NullMarked;

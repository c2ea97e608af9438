/**
 * The client side of the proxy: listeners, HTTP/1.1 connections, and the one path that a request
 * takes through routing, plugins and an upstream.
 */
@NullMarked
package io.portcullis.proxy.server;

import org.jspecify.annotations.NullMarked;

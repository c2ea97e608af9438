package io.portcullis.krakend.template;

import java.util.List;

/** A template with a name: a file, or what stands between {@code define} and {@code end}. */
record Definition(String name, List<Node> nodes, TemplateSource source) {}

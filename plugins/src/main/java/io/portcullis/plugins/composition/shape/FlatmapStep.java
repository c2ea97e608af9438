package io.portcullis.plugins.composition.shape;

import java.util.List;

/**
 * One operation of a flatmap.
 *
 * @param type {@code move}, {@code del} or {@code append}; others do nothing
 * @param args dotted paths, in which {@code *} is every member or element
 */
public record FlatmapStep(String type, List<String> args) {}

package io.portcullis.plugins.composition.shape;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is done to the answer of one backend, in this order: the target is taken out, then the
 * flatmap runs or else allow or deny and the mapping, and the group wraps the rest. Immutable.
 */
public final class PartShape {
  private static final String[] NOWHERE = {};

  private final String[] target;
  private final @Nullable PathTree allow;
  private final @Nullable PathTree deny;
  private final Map<String, String> mapping;
  private final String group;
  private final @Nullable Flatmap flatmap;

  /**
   * @param target dotted path of the object that becomes the answer; empty for the answer itself
   * @param allow dotted paths that stay; when there are any, {@code deny} is not looked at
   * @param deny dotted paths that go
   * @param mapping new names of first-level members; they end at their first dot
   * @param group name of the member that the answer is put in; empty for none
   * @param flatmap replaces allow, deny and mapping unless it is empty
   */
  public PartShape(
      String target,
      List<String> allow,
      List<String> deny,
      Map<String, String> mapping,
      String group,
      List<FlatmapStep> flatmap) {
    this.target = target.isEmpty() ? NOWHERE : Trees.segments(target);
    this.flatmap = flatmap.isEmpty() ? null : new Flatmap(flatmap);
    boolean filtered = flatmap.isEmpty();
    this.allow = filtered && !allow.isEmpty() ? PathTree.kept(allow) : null;
    this.deny = filtered && allow.isEmpty() && !deny.isEmpty() ? PathTree.removed(deny) : null;
    this.mapping = new LinkedHashMap<>();
    if (filtered) {
      mapping.forEach((from, to) -> this.mapping.put(from, firstSegment(to)));
    }
    this.group = group;
  }

  /** The shaped answer; {@code answer} and what it holds may be changed on the way. */
  public Map<String, Object> apply(Map<String, Object> answer) {
    Map<String, Object> shaped = answer;
    for (String segment : target) {
      Map<String, Object> inner = Trees.object(shaped.get(segment));
      if (inner == null) {
        shaped = new LinkedHashMap<>();
        break;
      }
      shaped = inner;
    }
    if (flatmap != null) {
      shaped = flatmap.apply(shaped);
    } else if (allow != null) {
      allow.keep(shaped);
    } else if (deny != null) {
      deny.remove(shaped);
    }
    for (Map.Entry<String, String> renamed : mapping.entrySet()) {
      Object value = shaped.remove(renamed.getKey());
      if (value != null) {
        shaped.put(renamed.getValue(), value);
      }
    }
    if (!group.isEmpty()) {
      Map<String, Object> wrapped = new LinkedHashMap<>();
      wrapped.put(group, shaped);
      return wrapped;
    }
    return shaped;
  }

  private static String firstSegment(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }
}

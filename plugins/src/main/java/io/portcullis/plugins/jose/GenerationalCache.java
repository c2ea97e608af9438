package io.portcullis.plugins.jose;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache whose reads take no lock. It has two generations; when the young one is full the
 * old one is forgotten and the young one becomes old. What is read is kept, so a value that is in
 * use survives.
 */
public final class GenerationalCache<K, V> {
  private final int generationSize;
  private final AtomicReference<Generations<K, V>> generations =
      new AtomicReference<>(new Generations<>(new ConcurrentHashMap<>()));

  /**
   * Empty.
   *
   * @param maximum entries over both generations
   */
  public GenerationalCache(int maximum) {
    this.generationSize = Math.max(1, maximum / 2);
  }

  /** The value; null when it is not there, or not any more. */
  public @Nullable V get(K key) {
    Generations<K, V> now = generations.get();
    V value = now.young.get(key);
    if (value == null) {
      value = now.old.get(key);
      if (value != null) {
        put(key, value);
      }
    }
    return value;
  }

  /** Keeps a value, and forgets others if there are too many. */
  public void put(K key, V value) {
    Generations<K, V> now = generations.get();
    if (now.young.put(key, value) == null && now.size.incrementAndGet() > generationSize) {
      generations.compareAndSet(now, new Generations<>(now.young));
    }
  }

  int size() {
    Generations<K, V> now = generations.get();
    return now.young.size() + now.old.size();
  }

  private static final class Generations<K, V> {
    private final ConcurrentHashMap<K, V> young = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<K, V> old;
    private final AtomicInteger size = new AtomicInteger();

    Generations(ConcurrentHashMap<K, V> old) {
      this.old = old;
    }
  }
}

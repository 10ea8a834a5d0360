package io.prumerge.service;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Looks up implementations of one interface by name, with {@link ServiceLoader} and the thread's
 * context class loader.
 *
 * @param <S> the interface; a jar names its implementations in {@code META-INF/services}
 */
public final class NamedServices<S> {

  // Soft values: a service refers to its class loader, the key, and would keep it in memory.
  private final Map<ClassLoader, SoftReference<Map<String, List<S>>>> found =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final Class<S> type;
  private final String noun;
  private final Function<S, List<String>> names;

  /**
   * Creates the look-up. Loads no services yet.
   *
   * @param noun word for a service in error messages, such as {@code benchmark}
   * @param names gives a service's names
   */
  public NamedServices(Class<S> type, String noun, Function<S, List<String>> names) {
    this.type = type;
    this.noun = noun;
    this.names = names;
  }

  /**
   * Returns the implementation with this name.
   *
   * @throws IllegalArgumentException if no class offers the name, or more than one does
   * @throws IllegalStateException if a listed class cannot be loaded
   */
  public S named(String wanted) {
    return find(wanted)
        .orElseThrow(() -> new IllegalArgumentException(Unknown.message(noun, wanted, names())));
  }

  /**
   * Returns the implementation with this name, if there is one.
   *
   * @throws IllegalArgumentException if more than one class offers the name
   * @throws IllegalStateException if a listed class cannot be loaded
   */
  public Optional<S> find(String wanted) {
    Map<String, List<S>> services = known();
    if (!services.containsKey(wanted)) { // Spark may have added a jar since
      services = refreshed();
    }
    List<S> offers = services.getOrDefault(wanted, List.of());
    if (offers.size() > 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot use %s '%s': several classes offer it: %s; leave out the jar of all but one",
              noun,
              wanted,
              offers.stream()
                  .map(offer -> offer.getClass().getName())
                  .sorted()
                  .collect(Collectors.joining(", "))));
    }
    return offers.stream().findFirst();
  }

  /** Returns all names, sorted. */
  public Set<String> names() {
    return Collections.unmodifiableSet(known().keySet());
  }

  private Map<String, List<S>> known() {
    SoftReference<Map<String, List<S>>> kept = found.get(loader());
    Map<String, List<S>> services = kept == null ? null : kept.get();
    return services == null ? refreshed() : services;
  }

  private Map<String, List<S>> refreshed() {
    ClassLoader loader = loader();
    Map<String, List<S>> services = find(loader);
    found.put(loader, new SoftReference<>(services));
    return services;
  }

  /**
   * Returns the thread's context class loader, which sees the jars of {@code --jars}. If it does
   * not see this project, as in threads of a pool that Spark did not create, the interface's own
   * class loader.
   */
  private ClassLoader loader() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    try {
      if (context != null && Class.forName(type.getName(), false, context) == type) {
        return context;
      }
    } catch (ClassNotFoundException e) {
      // The context class loader does not see this project.
    }
    return type.getClassLoader();
  }

  private Map<String, List<S>> find(ClassLoader loader) {
    try {
      Map<String, List<S>> services = new TreeMap<>();
      for (S service : ServiceLoader.load(type, loader)) {
        names
            .apply(service)
            .forEach(name -> services.computeIfAbsent(name, n -> new ArrayList<>()).add(service));
      }
      return services;
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Cannot load the %ss on the class path: %s; leave out the jar that lists it",
              noun,
              e.getMessage()),
          e);
    }
  }
}

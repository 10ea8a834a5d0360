package io.prumerge.service;

import io.prumerge.lang.Text;
import java.lang.ref.SoftReference;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
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

  /** What names files, and is part of a spec, as it is. */
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}]+([._-][\\p{L}\\p{N}]+)*\\+?");

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
   * @throws ServiceException if a listed class cannot be loaded, or has a name of another form
   */
  public S named(String wanted) {
    return find(wanted)
        .orElseThrow(() -> new IllegalArgumentException(Unknown.message(noun, wanted, names())));
  }

  /**
   * Returns the implementation with this name, if there is one.
   *
   * @throws IllegalArgumentException if more than one class offers the name
   * @throws ServiceException if a listed class cannot be loaded, or has a name of another form
   */
  public Optional<S> find(String wanted) {
    Map<String, List<S>> services = known();
    if (!services.containsKey(wanted)) { // Spark may have added a jar since
      services = refreshed();
    }
    List<S> offers = services.getOrDefault(wanted, List.of());
    if (offers.size() > 1) {
      throw new IllegalArgumentException(
          Text.format(
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
    List<S> all = new ArrayList<>();
    try {
      ServiceLoader.load(type, loader).forEach(all::add);
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new ServiceFault(type, loader, e).of(noun);
    }
    Map<String, List<S>> services = new TreeMap<>();
    for (S service : all) {
      for (String name : names(service)) {
        services.computeIfAbsent(name, n -> new ArrayList<>()).add(service);
      }
    }
    return services;
  }

  private List<String> names(S service) {
    try {
      List<String> all = names.apply(service);
      for (String name : all) {
        if (name == null || !NAME.matcher(name).matches()) {
          throw refused(
              service,
              "it cannot be called '"
                  + name
                  + "': a name has letters and digits, between these '-', '_' and '.', and '+' at"
                  + " its end",
              null);
        }
      }
      return all;
    } catch (ServiceException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw refused(service, e.getClass().getSimpleName() + ": " + e.getMessage(), e);
    }
  }

  private ServiceException refused(S service, String problem, Throwable cause) {
    CodeSource source = service.getClass().getProtectionDomain().getCodeSource();
    String place = source == null ? "Java" : ServiceFault.place(source.getLocation().toString());
    return ServiceFault.refused(noun, service.getClass().getName(), place, problem, cause);
  }
}

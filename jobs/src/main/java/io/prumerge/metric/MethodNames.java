package io.prumerge.metric;

import io.prumerge.metric.tally.MethodKey;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ScriptSpecs;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names of methods in a report, unique for each method of each run. */
public final class MethodNames {

  /** Number of characters that distinguish run ids. */
  private static final int RUN_SUFFIX = 8;

  private final List<MethodKey> all;
  private final Map<String, String> folders;
  private final Map<String, String> protocols;
  private final Map<String, String> runs = new HashMap<>();
  private final Map<String, String> methods = new HashMap<>();

  /**
   * @param all the report's
   * @param folders names of the runs' folders by the runs' ids, for runs of the same model; empty
   *     if all are in one folder
   */
  public MethodNames(Collection<MethodKey> all, Map<String, String> folders) {
    this(all, folders, Map.of());
  }

  /**
   * @param protocols which frames of videos runs saw, by the runs' ids; runs about pictures have
   *     none
   */
  public MethodNames(
      Collection<MethodKey> all, Map<String, String> folders, Map<String, String> protocols) {
    this.all = List.copyOf(all);
    this.folders = Map.copyOf(folders);
    this.protocols = Map.copyOf(protocols);
    for (MethodKey one : this.all) {
      methods.computeIfAbsent(one.method(), ScriptSpecs::shown);
      runs.computeIfAbsent(
          one.runId(),
          id -> siblings(one).findAny().isPresent() ? amongSiblings(one) : one.model());
    }
    spellOutEqual();
  }

  /** Leaves methods as they are spelt of which several would have one name. */
  private void spellOutEqual() {
    Map<String, Long> uses =
        methods.values().stream()
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    methods.replaceAll((method, shown) -> uses.get(shown) > 1 ? method : shown);
  }

  /** Returns the ids of other runs of the same model. */
  private Stream<String> siblings(MethodKey one) {
    return all.stream()
        .filter(other -> other.model().equals(one.model()))
        .map(MethodKey::runId)
        .filter(id -> !id.equals(one.runId()));
  }

  private String amongSiblings(MethodKey one) {
    String protocol = protocols.get(one.runId());
    if (protocol == null) {
      return ofFolder(one);
    }
    if (siblings(one).noneMatch(id -> protocol.equals(protocols.get(id)))) {
      return all.stream().allMatch(other -> other.model().equals(one.model()))
          ? protocol
          : one.model() + " " + protocol;
    }
    String folder = folders.get(one.runId());
    return folder != null
            && siblings(one)
                .noneMatch(
                    id -> folder.equals(folders.get(id)) && protocol.equals(protocols.get(id)))
        ? folder + " " + protocol
        : ofFolder(one);
  }

  private String ofFolder(MethodKey one) {
    String folder = folders.get(one.runId());
    if (folder == null || siblings(one).anyMatch(id -> folder.equals(folders.get(id)))) {
      String end = one.runId().substring(Math.max(0, one.runId().length() - RUN_SUFFIX));
      return one.model() + " " + end;
    }
    return folders.values().stream().filter(folder::equals).count() > 1
        ? folder + " " + one.model()
        : folder;
  }

  /** Returns whether more than one run is compared. */
  public boolean areSeveralRuns() {
    return runs.size() > 1;
  }

  /**
   * Names a run by its model; if another run has the same model, by its protocol where that tells
   * them apart, else by its folder (and protocol), or without one also by the end of its id.
   */
  public String run(String runId) {
    return runs.get(runId);
  }

  /**
   * Names a run by its folder, and by its model too where the folder's name does not tell it; a run
   * that its protocol tells from others of its model by that.
   */
  public String folder(MethodKey one) {
    String run = run(one.runId());
    String folder = folders.getOrDefault(one.runId(), run);
    return run.startsWith(folder) || isOfProtocol(one) ? run : folder + " (" + run + ")";
  }

  private boolean isOfProtocol(MethodKey one) {
    return siblings(one).findAny().isPresent()
        && protocol(one.runId()).filter(run(one.runId())::endsWith).isPresent();
  }

  /** Returns which frames of its videos a run saw; empty for pictures, and if it is unknown. */
  public Optional<String> protocol(String runId) {
    return Optional.ofNullable(protocols.get(runId));
  }

  /** Returns the methods, in their order. */
  public List<MethodKey> all() {
    return all;
  }

  /**
   * Names a method of some run: as its spec is spelt, a script by its file, unless two methods of
   * the report would then have one name.
   */
  public String method(String method) {
    return methods.getOrDefault(method, method);
  }

  /** Returns {@code METHOD} if there is one run, otherwise {@code RUN METHOD}. */
  public String name(MethodKey one) {
    String method = method(one.method());
    return areSeveralRuns() ? run(one.runId()) + " " + method : method;
  }

  /**
   * Returns the methods with this name, with or without a run: as tables spell the method, or, if
   * none is spelt so, as a user may.
   */
  public List<MethodKey> called(String text) {
    List<MethodKey> exact =
        called(text, (method, given) -> method.equals(given) || method(method).equals(given));
    if (!exact.isEmpty()) {
      return exact;
    }
    Map<String, Optional<String>> spelt = new HashMap<>(); // each text parsed once for all methods
    List<MethodKey> canonical =
        called(
            text,
            (method, given) ->
                spelt
                    .computeIfAbsent(given, MethodNames::canonical)
                    .filter(method::equals)
                    .isPresent());
    return canonical.isEmpty() ? called(text, MethodNames::isWithoutHash) : canonical;
  }

  private List<MethodKey> called(String text, BiPredicate<String, String> same) {
    return all.stream()
        .filter(
            one ->
                same.test(one.method(), text)
                    || ofRun(one, text).filter(rest -> same.test(one.method(), rest)).isPresent())
        .toList();
  }

  /** Returns whether a name of a method includes the run. */
  public boolean isOfRun(MethodKey one, String text) {
    return ofRun(one, text).isPresent();
  }

  // What stands after the run's name.
  private Optional<String> ofRun(MethodKey one, String text) {
    String prefix = run(one.runId()) + " ";
    return text.startsWith(prefix)
        ? Optional.of(text.substring(prefix.length()))
        : Optional.empty();
  }

  private static Optional<String> canonical(String text) {
    return read(() -> MethodSpec.parse(text)).map(MethodSpec::toString);
  }

  // A script's file may be gone since the run.
  private static boolean isWithoutHash(String method, String text) {
    Optional<MethodSpec> spec = read(() -> MethodSpec.read(method)).filter(ScriptSpecs::isScript);
    return spec.isPresent()
        && spec.map(ScriptSpecs::withoutHash)
            .equals(read(() -> ScriptSpecs.withoutHash(MethodSpec.read(text))));
  }

  // Foreign rows, and parts of what a user wrote, may have any text.
  private static Optional<MethodSpec> read(Supplier<MethodSpec> reader) {
    try {
      return Optional.of(reader.get());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}

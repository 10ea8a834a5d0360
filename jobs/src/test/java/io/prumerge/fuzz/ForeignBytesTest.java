package io.prumerge.fuzz;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.PropagationMode;

/**
 * Whatever stands in a file, its reader gives a result or refuses it by its own exception, and
 * takes no more heap than it may. The profile {@code fuzz} runs each of these for a share of ten
 * CPU minutes, and {@link ForeignBytesFuzz} next to them.
 */
@AddLifecycleHook(value = Budget.class, propagateTo = PropagationMode.ALL_DESCENDANTS)
@Tag("fuzz")
class ForeignBytesTest {

  private static final String SEED = "20261120";

  /**
   * Bytes for one of the readers.
   *
   * @param target who reads them
   */
  record Fed(Target target, byte[] bytes) {

    @Override
    public String toString() {
      return "%d bytes for %s".formatted(bytes.length, target);
    }
  }

  private static Arbitrary<Fed> changed(List<Target> targets) {
    targets.forEach(Target::warmUp);
    return Arbitraries.of(targets)
        .flatMap(target -> Mutation.of(target.seeds()).map(bytes -> new Fed(target, bytes)));
  }

  @Provide
  Arbitrary<Fed> modelFiles() {
    return changed(ModelFiles.targets());
  }

  @Property(tries = Budget.TRIES, seed = SEED, edgeCases = EdgeCasesMode.NONE)
  void modelFolders(@ForAll("modelFiles") Fed fed) {
    fed.target().feed(fed.bytes());
  }

  @Provide
  Arbitrary<Fed> imageFiles() {
    return changed(ImageFiles.targets());
  }

  @Property(tries = Budget.TRIES, seed = SEED, edgeCases = EdgeCasesMode.NONE)
  void images(@ForAll("imageFiles") Fed fed) {
    fed.target().feed(fed.bytes());
  }

  @Provide
  Arbitrary<Fed> hardwareFiles() {
    return changed(HardwareFiles.targets());
  }

  @Property(tries = Budget.TRIES, seed = SEED, edgeCases = EdgeCasesMode.NONE)
  void hardware(@ForAll("hardwareFiles") Fed fed) {
    fed.target().feed(fed.bytes());
  }

  @Provide
  Arbitrary<Fed> sweepFiles() {
    return changed(SweepFiles.targets());
  }

  @Property(tries = Budget.TRIES, seed = SEED, edgeCases = EdgeCasesMode.NONE)
  void sweeps(@ForAll("sweepFiles") Fed fed) {
    fed.target().feed(fed.bytes());
  }

  @Provide
  Arbitrary<Fed> publishedFiles() {
    return changed(PublishedFiles.targets());
  }

  @Property(tries = Budget.TRIES, seed = SEED, edgeCases = EdgeCasesMode.NONE)
  void published(@ForAll("publishedFiles") Fed fed) {
    fed.target().feed(fed.bytes());
  }

  @Provide
  Arbitrary<Fed> questionFiles() {
    return changed(BenchmarkFiles.questions());
  }

  @Property(tries = Budget.TRIES, seed = SEED, edgeCases = EdgeCasesMode.NONE)
  void questions(@ForAll("questionFiles") Fed fed) {
    fed.target().feed(fed.bytes());
  }

  @Provide
  Arbitrary<Fed> answerFiles() {
    return changed(BenchmarkFiles.answers());
  }

  @Property(tries = Budget.TRIES, seed = SEED, edgeCases = EdgeCasesMode.NONE)
  void answers(@ForAll("answerFiles") Fed fed) {
    fed.target().feed(fed.bytes());
  }

  @Provide
  Arbitrary<Fed> parquetFiles() {
    return changed(ParquetFiles.targets());
  }

  @Property(tries = Budget.TRIES, seed = SEED, edgeCases = EdgeCasesMode.NONE)
  void parquet(@ForAll("parquetFiles") Fed fed) {
    fed.target().feed(fed.bytes());
  }

  @Provide
  Arbitrary<Fed> runFiles() {
    return changed(RunFiles.targets());
  }

  @Property(tries = Budget.TRIES, seed = SEED, edgeCases = EdgeCasesMode.NONE)
  void runs(@ForAll("runFiles") Fed fed) {
    fed.target().feed(fed.bytes());
  }

  /** Else the others would only ever see what is refused at once. */
  @Example
  void readsWhatIsWhole() {
    for (Target target : Targets.all()) {
      for (byte[] seed : target.seeds()) {
        assertThatCode(() -> target.reader().read(seed))
            .as("%s", target)
            .doesNotThrowAnyException();
      }
    }
  }
}

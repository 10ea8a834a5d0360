package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class UsableSessionTest {

  /** The client of Spark 4 throws the first; that of Spark 3 has no such method. */
  @Test
  void aSessionWithoutAContextIsOfSparkConnect() {
    for (Throwable refusal :
        new Throwable[] {new UnsupportedOperationException(), new NoSuchMethodError()}) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  UsableSession.context(
                      () -> {
                        throw UsableSessionTest.<RuntimeException>unchecked(refusal);
                      }))
          .withMessageStartingWith("Cannot use a session of Spark Connect: ")
          .withMessageContaining("start a session without a remote")
          .withCause(refusal);
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E unchecked(Throwable any) throws E {
    throw (E) any;
  }
}

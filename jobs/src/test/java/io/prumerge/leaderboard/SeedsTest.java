package io.prumerge.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SeedsTest {

  private static Stream<OptionalDouble> values(double... values) {
    return DoubleStream.of(values).mapToObj(OptionalDouble::of);
  }

  @Test
  void methodsThatDifferBySeedAloneShareALine() {
    assertThat(
            Seeds.lines(
                List.of(
                    "none",
                    "random:tokens=9",
                    "random:seed=1,tokens=9",
                    "random:seed=1,tokens=8",
                    "random:seed=2,tokens=@prumerge:k=16,summary=false",
                    "random:seed=3,tokens=@prumerge:k=16,summary=false",
                    "random:seed=2,tokens=9",
                    "random:seed=2,tokens=9..vtw",
                    "random:tokens=9..vtw",
                    "<b>:seed=1",
                    "nothing of ours:"),
                Function.identity()))
        .containsExactly(
            List.of("none"),
            List.of("random:tokens=9", "random:seed=1,tokens=9", "random:seed=2,tokens=9"),
            List.of("random:seed=1,tokens=8"),
            List.of(
                "random:seed=2,tokens=@prumerge:k=16,summary=false",
                "random:seed=3,tokens=@prumerge:k=16,summary=false"),
            List.of("random:seed=2,tokens=9..vtw", "random:tokens=9..vtw"),
            List.of("<b>:seed=1"),
            List.of("nothing of ours:"));
    assertThat(Seeds.name("random:seed=1,tokens=9", 3)).isEqualTo("random:tokens=9, 3 seeds");
  }

  @Test
  void seedsHaveAMeanAndASpread() {
    assertThat(Seeds.mean(values(1, 2, 6))).hasValue(3);
    assertThat(Seeds.spread(values(1, 2, 6)).orElseThrow())
        .isEqualTo(Math.sqrt((4 + 1 + 9) / 2.0), within(1e-12));
    assertThat(Seeds.mean(Stream.of(OptionalDouble.of(1), OptionalDouble.empty()))).isEmpty();
    assertThat(Seeds.spread(values(1))).as("of one").isEmpty();
  }
}

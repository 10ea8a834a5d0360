package io.prumerge.reduction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What follows from a parameter's declaration. */
class ParameterTest {

  private static final Parameter<Integer> COUNT = Parameter.count("count").needed("9");
  private static final Parameter<Long> WHOLE = Parameter.whole("whole").byDefault(0L);
  private static final Parameter<Double> NUMBER = Parameter.number("number").byDefault(0.0);
  private static final Parameter<Double> SHARE = Parameter.share("share").byDefault(0.15);
  private static final Parameter<List<Integer>> RISING =
      Parameter.rising("rising", 1).byDefault(List.of(8, 16));
  private static final Parameter<List<Integer>> COUNTS = Parameter.counts("counts");
  private static final Parameter<List<Double>> SHARES =
      Parameter.shares("shares").byDefault(List.of(0.5, 0.0));
  private static final Parameter<Boolean> FLAG = Parameter.flag("flag").byDefault(true);
  private static final Parameter<String> WORD = Parameter.word("word", "192", "64");
  private static final Parameter<Boolean> OTHER = Parameter.either("either", "usual", "other");
  private static final Parameter<Rank> CHOICE = Parameter.choice("choice", Rank.IN_ORDER);
  private static final Parameter<String> TEXT = Parameter.text("text").needed("T");

  private enum Rank {
    IN_ORDER,
    BY_SCORE
  }

  private static final class Factory extends AbstractReducerFactory {

    Factory() {
      super(
          "all",
          About.of("2401.00001", ""),
          Reducer::new,
          TEXT,
          COUNT,
          WHOLE,
          NUMBER,
          SHARE,
          RISING,
          COUNTS,
          SHARES,
          FLAG,
          WORD,
          OTHER,
          CHOICE);
    }
  }

  private static final class Reducer extends DecoderReducer {

    Reducer(Parameters parameters) {
      super(parameters.spec(parameters.value(OTHER) ? COUNTS.byDefault(List.of(1, 2)) : COUNTS));
    }
  }

  private static Parameters parameters(String text) {
    return new Parameters(MethodSpec.read(text));
  }

  private static String canonical(String text) {
    MethodSpec spec = MethodSpec.read(text);
    return TokenReducers.create(new Factory(), spec, spec).spec().toString();
  }

  @Test
  void keysDefaultsAndExampleFollow() {
    ReducerFactory method = new Factory();

    assertThat(method.keys())
        .containsExactly(
            "text", "count", "whole", "number", "share", "rising", "counts", "shares", "flag",
            "word", "either", "choice");
    assertThat(method.about().defaults())
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    "whole", "0",
                    "number", "0",
                    "share", "0.15",
                    "rising", "8/16",
                    "shares", "0.5/0",
                    "flag", "true",
                    "either", "usual",
                    "choice", "in-order")));
    assertThat(method.about().example()).isEqualTo("text=T,count=9");
    assertThat(method.about().paper()).isEqualTo("2401.00001");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          all                                    | all
          all:whole=-0,number=-0.0,share=.150    | all
          all:rising=8/16,shares=.50/0,flag=true | all
          all:either=usual,choice=in-order       | all
          all:count=007,whole=+3,number=1e1      | all:count=7,number=10,whole=3
          all:share=1,rising=08,counts=0/2       | all:counts=0/2,rising=8,share=1
          all:flag=false,word=64,either=other    | all:either=other,flag=false,word=64
          all:choice=by-score,text=As it Is      | all:choice=by-score,text=As it Is
          all:counts=1/2,either=usual            | all:counts=1/2
          all:counts=1/2,either=other            | all:either=other
          """)
  void whatIsTheDefaultIsNotSpelt(String text, String canonical) {
    assertThat(canonical(text)).isEqualTo(canonical);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          count=0      | count must be a whole number from 1 to 2147483647 but was '0'
          whole=1.5    | whole must be a whole number of 64 bits but was '1.5'
          number=1e999 | number must be a number but was '1e999'
          share=0      | share must be a number above 0 and at most 1 but was '0'
          rising=8/8   | rising must be rising whole numbers from 1 on, as in 8/16/24, but was '8/8'
          counts=-1    | counts must be whole numbers from 0 on, as in 300/200/110, but was '-1'
          shares=2     | shares must be numbers from 0 to 1, as in 0.5/0.5/0, but was '2'
          flag=yes     | flag must be true or false but was 'yes'
          word=65      | word must be 192 or 64 but was '65'
          either=both  | either must be usual or other but was 'both'
          choice=none  | choice must be in-order or by-score but was 'none'
          """)
  void anotherFormIsRefusedAlsoWhereNobodyReadsIt(String pair, String refusal) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> canonical("all:" + pair))
        .withMessage("Cannot use method 'all:%s': %s", pair, refusal);
  }

  @Test
  void whatIsGivenIsRead() {
    Parameters given = parameters("all:share=0.5,count=3,rising=2/4,choice=by-score,either=other");

    assertThat(given.value(SHARE)).isEqualTo(0.5);
    assertThat(given.given(COUNT)).contains(3);
    assertThat(given.value(RISING)).containsExactly(2, 4);
    assertThat(given.value(CHOICE)).isEqualTo(Rank.BY_SCORE);
    assertThat(given.value(OTHER)).isTrue();
    assertThat(given.value(FLAG)).isTrue();
    assertThat(Stream.of(COUNTS, TEXT, WORD).map(given::given)).allMatch(each -> each.isEmpty());
    assertThat(given.has(SHARE)).isTrue();
    assertThat(given.has(FLAG)).isFalse();
    given.onlyOne(SHARE, FLAG);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> given.onlyOne(COUNT, FLAG, SHARE))
        .withMessageContaining("count and share say the same; leave one of the two out");
  }
}

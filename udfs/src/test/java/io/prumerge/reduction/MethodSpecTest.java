package io.prumerge.reduction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MethodSpecTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "prumerge",
        "prumerge+",
        "prumerge:k=16",
        "prumerge:merge=false",
        "prumerge:merge=false,summary=false",
        "prumerge+:k=1,ratio=0.0625,summary=false",
        "uniform:tokens=40",
        "uniform:tokens=@prumerge",
        "uniform:tokens=@none",
        "spatial:tokens=@prumerge+",
        "spatial:cols=8,rows=5",
        "first:tokens=@spatial:cols=8,rows=5",
        "random:tokens=40",
        "random:seed=-9223372036854775808,tokens=@prumerge:k=16,ratio=0.1",
        "prumerge:positions=kept",
        "prumerge:positions=packed",
        "prumerge+:k=16,positions=kept,summary=false",
        "divprune:positions=kept,tokens=64",
        "uniform:positions=kept,tokens=@prumerge:k=16",
        "uniform:positions=kept,flops=@prumerge",
        "fastv:positions=packed",
        "divprune:tokens=64..fastv:tokens=32",
        "prumerge..vtw",
        "prumerge+:positions=kept..fastv:tokens=@mean:40",
        "random:seed=3,tokens=@prumerge..v2drop",
        "uniform:flops=@prumerge..fastv:tokens=8",
        "frames=4",
        "frames=33.3%",
        "uniform:tokens=@frames=4",
        "random:seed=3,tokens=@frames=50%",
        "divprune:flops=@frames=1..fastv:tokens=8",
      })
  void canonicalTextStaysAsItIs(String text) {
    assertThat(MethodSpec.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          prumerge:adaptive=true                          | prumerge
          prumerge:summary=true,merge=true,k=32           | prumerge
          prumerge:adaptive=false                         | prumerge:ratio=0.125
          prumerge:ratio=.1250,adaptive=false             | prumerge:ratio=0.125
          prumerge:ratio=1                                | prumerge:ratio=1
          prumerge:ratio=1e-1                             | prumerge:ratio=0.1
          prumerge:k=16,merge=false                       | prumerge:merge=false
          prumerge+:summary=false,k=+07                   | prumerge+:k=7,summary=false
          uniform:tokens=040                              | uniform:tokens=40
          spatial:rows=5,cols=8                           | spatial:cols=8,rows=5
          random:tokens=40,seed=0                         | random:tokens=40
          prumerge:k=32..fastv:layer=3                    | prumerge..fastv
          first:tokens=@mean:4,positions=packed..vtw      | first:positions=packed,tokens=@mean:4..vtw
          divprune:tokens=@mean:64,positions=kept         | divprune:positions=kept,tokens=64
          random:tokens=@prumerge,seed=3                  | random:seed=3,tokens=@prumerge
          random:tokens=@prumerge:summary=true            | random:tokens=@prumerge
          first:tokens=@prumerge+:adaptive=false,k=32     | first:tokens=@prumerge+:ratio=0.125
          frames:n=4                                      | frames=4
          frames=04                                       | frames=4
          frames=50.0%                                    | frames=50%
          """)
  void equalMethodsHaveOneSpelling(String text, String canonical) {
    MethodSpec spec = MethodSpec.parse(text);

    assertThat(spec).hasToString(canonical).isEqualTo(MethodSpec.parse(canonical));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pruemrge                     | Unknown method 'pruemrge'; known: {methods}; did you mean prumerge or prumerge+?
          ''                           | Unknown method ''; known: {methods}
          pixelprune:tau=0x1p3         | Cannot use method 'pixelprune:tau=0x1p3': tau must be a number but was '0x1p3'
          uniform:tokens=٣٢            | Cannot use method 'uniform:tokens=٣٢': tokens must be a whole number from 1 to 2147483647 but was '٣٢'
          none,prumerge                | Cannot read method 'none,prumerge': commas separate keys; give methods one by one: none prumerge
          none,prumerge:k=3            | Cannot read method 'none,prumerge:k=3': commas separate keys; give methods one by one: none prumerge
          Prumerge                     | Unknown method 'Prumerge'; known: {methods}; did you mean prumerge or prumerge+?
          uniform:tokens=@fist         | Unknown method 'fist'; known: {methods}; did you mean first?
          prumerge..fastvv             | Unknown method 'fastvv'; known: {methods}; did you mean fastv?
          prumerge..fastv..vtw         | Cannot read method 'prumerge..fastv..vtw': it has more than two methods
          fastv..prumerge              | Cannot use method 'fastv..prumerge': fastv does not only choose before the decoder, as the first must
          none..fastv                  | Cannot use method 'none..fastv': none does not only choose before the decoder, as the first must
          vscan:tokens=64..fastv       | Cannot use method 'vscan:tokens=64..fastv': vscan does not only choose before the decoder, as the first must
          vscan:tokens=@mean:64..fastv | Cannot use method 'vscan:tokens=@mean:64..fastv': vscan does not only choose before the decoder, as the first must
          prumerge..none               | Cannot use method 'prumerge..none': none does not only drop tokens inside the decoder, as the second must
          prumerge..first:tokens=4     | Cannot use method 'prumerge..first:tokens=4': first does not only drop tokens inside the decoder, as the second must
          prumerge..vscan:tokens=4     | Cannot use method 'prumerge..vscan:tokens=4': vscan does not only drop tokens inside the decoder, as the second must
          first:tokens=@mean:9..fastv:tokens=@mean:4 | Cannot use method 'first:tokens=@mean:9..fastv:tokens=@mean:4': a budget sizes one of the two; give the size of the other
          prumerge..                   | Unknown method 'prumerge..'; known: {methods}; did you mean prumerge or prumerge+?
          prumerge:positions=here      | Cannot use method 'prumerge:positions=here': positions must be kept or packed but was 'here'
          none:positions=kept          | Unknown key 'positions' of method 'none'; known: (none)
          downsample:positions=kept,tokens=9 | Unknown key 'positions' of method 'downsample'; known: tokens
          none:k=3                     | Unknown key 'k' of method 'none'; known: (none)
          prumerge:seed=3              | Unknown key 'seed' of method 'prumerge'; known: adaptive, attention, k, merge, ratio, summary, tokens, variant, positions
          prumerge:ratio=0.5,tokens=3  | Cannot use method 'prumerge:ratio=0.5,tokens=3': tokens gives the number; leave adaptive and ratio out
          uniform:tokens=@prumerge,k=3 | Unknown key 'k' of method 'uniform'; known: tokens, positions
          prumerge:k=3,k=4             | Cannot read method 'prumerge:k=3,k=4': key 'k' is given twice
          prumerge:                    | Cannot read method 'prumerge:': expected key=value but found ''
          prumerge:k=3,                | Cannot read method 'prumerge:k=3,': expected key=value but found ''
          prumerge:k                   | Cannot read method 'prumerge:k': expected key=value but found 'k'
          prumerge:k=                  | Cannot read method 'prumerge:k=': expected key=value but found 'k='
          prumerge:=3                  | Cannot read method 'prumerge:=3': expected key=value but found '=3'
          prumerge:k=0                 | Cannot use method 'prumerge:k=0': k must be a whole number from 1 to 2147483647 but was '0'
          prumerge:k=3000000000        | Cannot use method 'prumerge:k=3000000000': k must be a whole number from 1 to 2147483647 but was '3000000000'
          prumerge:ratio=0             | Cannot use method 'prumerge:ratio=0': ratio must be a number above 0 and at most 1 but was '0'
          prumerge:ratio=1.01          | Cannot use method 'prumerge:ratio=1.01': ratio must be a number above 0 and at most 1 but was '1.01'
          prumerge:ratio=NaN           | Cannot use method 'prumerge:ratio=NaN': ratio must be a number above 0 and at most 1 but was 'NaN'
          prumerge:merge=no            | Cannot use method 'prumerge:merge=no': merge must be true or false but was 'no'
          prumerge:adaptive=true,ratio=0.1 | Cannot use method 'prumerge:adaptive=true,ratio=0.1': a ratio implies adaptive=false; leave one of the two out
          uniform                      | Cannot use method 'uniform': give tokens=N or tokens=@METHOD, as in uniform:tokens=64
          uniform:tokens=0             | Cannot use method 'uniform:tokens=0': tokens must be a whole number from 1 to 2147483647 but was '0'
          uniform:tokens=-1            | Cannot use method 'uniform:tokens=-1': tokens must be a whole number from 1 to 2147483647 but was '-1'
          first:tokens=@uniform:tokens=@prumerge | Cannot use method 'first:tokens=@uniform:tokens=@prumerge': tokens must be a number, or @ and a method that does not look at another one itself, but was '@uniform:tokens=@prumerge'
          spatial:rows=5               | Cannot use method 'spatial:rows=5': give either tokens=N or tokens=@METHOD, or both rows and cols
          spatial:rows=5,cols=8,tokens=40 | Cannot use method 'spatial:cols=8,rows=5,tokens=40': give either tokens=N or tokens=@METHOD, or both rows and cols
          frames                       | Cannot use method 'frames': give a number or a share of frames, as in frames=4
          frames=                      | Cannot read method 'frames=': expected NAME=NUMBER
          =4                           | Cannot read method '=4': expected NAME=NUMBER
          frames=0                     | Cannot use method 'frames=0': n must be a whole number from 1 to 2147483647 but was '0'
          frames=101%                  | Cannot use method 'frames=101%': n must be a share such as 33.3%, at most 100%, but was '101%'
          frames=@uniform              | Cannot use method 'frames=@uniform': n must be a whole number from 1 to 2147483647 but was '@uniform'
          frames:tokens=4              | Unknown key 'tokens' of method 'frames'; known: n
          frames:positions=kept,n=4    | Unknown key 'positions' of method 'frames'; known: n
          frames=4..fastv              | Cannot use method 'frames=4..fastv': frames makes the picture smaller, and stands alone for now; give it without the second
          divprune:tokens=9..frames=4  | Cannot use method 'divprune:tokens=9..frames=4': frames does not only drop tokens inside the decoder, as the second must
          divprune=4                   | Unknown key 'n' of method 'divprune'; known: order, over, tiles, tokens, positions
          random:tokens=4,seed=x       | Cannot use method 'random:seed=x,tokens=4': seed must be a whole number of 64 bits but was 'x'
          """)
  void refusalsSayWhatAndWhy(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MethodSpec.parse(text))
        .withMessage(message.replace("{methods}", ReducerJar.knownMethods()));
  }

  @Test
  void allThatCannotBeReadAreRefusedTogether() {
    assertThat(MethodSpec.parseAll(List.of("none", "prumerge:k=32")))
        .extracting(MethodSpec::toString)
        .containsExactly("none", "prumerge");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MethodSpec.parseAll(List.of("none", "visionzip", "prumerge:k=0")))
        .withMessage(
            "Cannot use 2 of 3 methods: (1) Cannot use method 'visionzip': give either tokens=N or"
                + " tokens=@METHOD, or both dominant and contextual, as in visionzip:tokens=64, or"
                + " visionzip:attention=received,tokens=64 where the vision tower has no class"
                + " token (2) Cannot use method 'prumerge:k=0': k must be a whole number from 1 to"
                + " 2147483647 but was '0'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MethodSpec.parseAll(List.of("none", "none:k=3")))
        .withMessage("Unknown key 'k' of method 'none'; known: (none)");
  }

  @Test
  @Tag("fuzz")
  void anyTextParsesToAFixedPointOrIsRefused() {
    Random random = new Random(11);
    String[] pieces = {
      "none",
      "prumerge",
      "prumerge+",
      "uniform",
      "spatial",
      "random",
      "first",
      ":",
      ":",
      ":",
      ",",
      ",",
      "=",
      "=",
      "@",
      "tokens=",
      "tokens=@",
      "seed=",
      "k=",
      "ratio=",
      "merge=",
      "true",
      "false",
      "rows=",
      "cols=",
      "positions=",
      "kept",
      "..",
      "fastv",
      "0",
      "3",
      "-1",
      "0.5",
      " ",
    };
    for (int round = 0; round < 20 * Integer.getInteger("fuzz.tries", 200); round++) {
      StringBuilder text = new StringBuilder();
      for (int piece = random.nextInt(9); piece >= 0; piece--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      String written = text.toString();
      Throwable refusal = catchThrowable(() -> MethodSpec.parse(written));

      if (refusal == null) {
        MethodSpec spec = MethodSpec.parse(written);
        assertThat(MethodSpec.parse(spec.toString())).as(written).isEqualTo(spec);
        assertThatCode(() -> TokenReducers.of(spec)).doesNotThrowAnyException();
      } else {
        assertThat(refusal).as(written).isInstanceOf(IllegalArgumentException.class);
        assertThat(refusal).as(written).isNotInstanceOf(NumberFormatException.class);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "none; false",
        "prumerge; true",
        "prumerge+:ratio=0.5; true",
        "uniform:tokens=4; false",
        "first:tokens=@none; false",
        "random:tokens=@uniform:tokens=4; false",
        "spatial:rows=2,cols=2; false",
        "spatial:tokens=4; false",
        "spatial:tokens=@prumerge; true",
        "uniform:tokens=@prumerge+; true",
      })
  void methodsSayWhetherTheyLookAtTheScores(String method, boolean looks) {
    assertThat(TokenReducers.of(MethodSpec.parse(method)).sees())
        .isEqualTo(looks ? Set.of(new TowerEvidence.FullWidthAttention()) : Set.of());
  }
}

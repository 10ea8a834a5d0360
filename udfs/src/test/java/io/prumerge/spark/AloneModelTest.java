package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.Question;
import io.prumerge.image.Visual;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order in which a model is asked whose answers are timed alone. */
class AloneModelTest {

  /** A model that notes what it is asked, and what was under way then. */
  private static final class Noted implements AskedModel {

    private final List<String> asked = new ArrayList<>();
    private int open;
    private int mostOpen;
    private int cancelled;
    private String broken = "";

    @Override
    public PendingAnswers ask(ImageRequest request, List<String> prompts) {
      assertThat(request.questions()).hasSize(1);
      assertThat(request.reducers()).hasSize(1);
      String one =
          (char) ((Visual.Picture) request.visuals().get(0)).encoded()[0]
              + request.questions().get(0).prompt()
              + " "
              + request.reducers().get(0).spec();
      asked.add(one);
      open++;
      mostOpen = Math.max(mostOpen, open);
      return new PendingAnswers() {
        @Override
        public List<Row> rows() {
          open--;
          if (one.equals(broken)) {
            throw new IllegalStateException("gone");
          }
          return List.of(RowFactory.create(one));
        }

        @Override
        public void cancel() {
          cancelled++;
        }
      };
    }

    @Override
    public int ahead() {
      throw new IllegalStateException("not asked");
    }

    @Override
    public void atEnd(Runnable action) {
      throw new IllegalStateException("no task");
    }
  }

  private static ImageRequest request(char image, int questions, String... methods) {
    return new ImageRequest(
        Visual.pictures(List.of(new byte[] {(byte) image})),
        IntStream.range(0, questions).mapToObj(q -> new Question("" + q, 1)).toList(),
        TokenReducers.of(Stream.of(methods).map(MethodSpec::parse).toList()),
        ReduceBy.EACH);
  }

  private static PendingAnswers ask(AloneModel alone, ImageRequest request) {
    return alone.ask(request, request.questions().stream().map(Question::prompt).toList());
  }

  private static List<String> texts(PendingAnswers answers) {
    return answers.rows().stream().map(row -> row.getString(0)).toList();
  }

  @Test
  void asksOneQuestionUnderOneMethodAtATimeAndEachMethodFirstInTurn() {
    Noted model = new Noted();
    AloneModel alone = AloneModel.of(model, 1, 0);
    assertThat(alone.ahead()).isOne();
    assertThat(texts(ask(alone, request('a', 3, "none", "prumerge"))))
        .containsExactly(
            "a0 none", "a0 prumerge", "a1 none", "a1 prumerge", "a2 none", "a2 prumerge");
    assertThat(model.asked)
        .containsExactly(
            "a0 none", "a0 prumerge", "a1 prumerge", "a1 none", "a2 none", "a2 prumerge");
    assertThat(model.mostOpen).isOne();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void warmsUpWithTheFirstQuestionOfAsManyImagesAsThereAreOnce(int images) {
    Noted model = new Noted();
    AloneModel alone = AloneModel.of(model, 1, 3);
    assertThat(alone.ahead()).isEqualTo(3);
    List<PendingAnswers> asked = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      asked.add(ask(alone, request((char) ('a' + i), 2, "none", "prumerge")));
    }
    List<List<String>> rows = asked.stream().map(AloneModelTest::texts).toList();
    int warmUps = 2 * Math.min(3, images);
    assertThat(model.asked.subList(0, warmUps)).allMatch(one -> one.charAt(1) == '0');
    assertThat(model.asked).hasSize(warmUps + 4 * images);
    assertThat(alone.ahead()).isOne();
    for (int i = 0; i < images; i++) {
      char name = (char) ('a' + i);
      assertThat(rows.get(i))
          .containsExactly(
              name + "0 none", name + "0 prumerge", name + "1 none", name + "1 prumerge");
    }
    texts(ask(alone, request('z', 1, "none", "prumerge")));
    assertThat(model.asked).hasSize(warmUps + 4 * images + 2);
  }

  @Test
  void aBatchIsOneQuestionAboutEachOfSeveralImages() {
    Noted model = new Noted();
    AloneModel alone = AloneModel.of(model, 2, 0);
    assertThat(alone.ahead()).isEqualTo(2);
    PendingAnswers a = ask(alone, request('a', 2, "none", "prumerge"));
    PendingAnswers b = ask(alone, request('b', 1, "none", "prumerge"));
    PendingAnswers c = ask(alone, request('c', 1, "none", "prumerge"));
    assertThat(texts(b)).containsExactly("b0 none", "b0 prumerge");
    assertThat(texts(a)).containsExactly("a0 none", "a0 prumerge", "a1 none", "a1 prumerge");
    assertThat(model.asked)
        .containsExactly(
            "a0 none", "b0 none", "a0 prumerge", "b0 prumerge", "a1 prumerge", "a1 none");
    assertThat(model.mostOpen).isEqualTo(2);
    assertThat(texts(c)).containsExactly("c0 none", "c0 prumerge");
  }

  @Test
  void givesUpWhatWasAskedWithAnAnswerThatFails() {
    Noted model = new Noted();
    model.broken = "a0 none";
    AloneModel alone = AloneModel.of(model, 2, 0);
    PendingAnswers a = ask(alone, request('a', 1, "none"));
    ask(alone, request('b', 1, "none")).cancel();
    ask(alone, request('c', 1, "none"));
    assertThatThrownBy(a::rows).hasMessage("gone");
    assertThat(model.asked).containsExactly("a0 none", "c0 none");
    assertThat(model.cancelled).isEqualTo(2);
  }
}

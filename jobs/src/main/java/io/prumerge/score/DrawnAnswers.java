package io.prumerge.score;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.benchmark.Drawing;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.spark.RecordColumns;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values that profiles draw for undecided answers, by {@link Drawing}. */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill the records inside
final class DrawnAnswers implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Where no profile draws any. */
  static final DrawnAnswers NONE = new DrawnAnswers(Map.of());

  /** All answers for which values are drawn with one generator. */
  private record Draw(AnswerSet set, String profile) implements Serializable {}

  /** By questions. */
  private final HashMap<Draw, HashMap<String, String>> values = new HashMap<>();

  private DrawnAnswers(Map<Draw, Map<String, String>> values) {
    values.forEach((draw, drawn) -> this.values.put(draw, new HashMap<>(drawn)));
  }

  /**
   * An answer that its profile draws a value for.
   *
   * @param choices what it is drawn from
   */
  record Undecided(AnswerSet set, String profile, String questionId, List<String> choices) {

    static final RecordColumns<Undecided> COLUMNS = RecordColumns.of(Undecided.class);
  }

  /** Draws a value for each of all undecided answers. */
  static DrawnAnswers of(List<Undecided> undecided, Benchmarks benchmarks) {
    Map<Draw, Map<String, List<String>>> choices = new HashMap<>();
    for (Undecided answer : undecided) {
      choices
          .computeIfAbsent(new Draw(answer.set(), answer.profile()), absent -> new HashMap<>())
          .put(answer.questionId(), answer.choices());
    }
    Map<Draw, Map<String, String>> values = new HashMap<>();
    choices.forEach(
        (draw, questions) ->
            values.put(
                draw,
                benchmarks
                    .named(draw.set().benchmark())
                    .drawing(draw.profile())
                    .orElseThrow()
                    .drawn(questions)));
    return new DrawnAnswers(values);
  }

  /** Returns the value that was drawn for an answer; empty if that is decided. */
  Optional<String> value(AnswerSet set, String profile, String questionId) {
    return Optional.ofNullable(values.get(new Draw(set, profile)))
        .map(drawn -> drawn.get(questionId));
  }
}

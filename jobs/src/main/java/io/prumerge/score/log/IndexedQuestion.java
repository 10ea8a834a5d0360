package io.prumerge.score.log;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.source.ImagePlace;
import java.util.List;

/**
 * What tells one question from another, of those that a log may answer.
 *
 * @param id this project's id
 * @param question as the benchmark's files have it
 * @param answers right ones; none if the files have none
 * @param options in their order
 * @param pictures names of the pictures or of the video
 */
record IndexedQuestion(
    String id,
    String question,
    String category,
    List<String> answers,
    List<String> options,
    List<String> pictures) {

  static IndexedQuestion of(BenchmarkQuestion question) {
    return new IndexedQuestion(
        question.id(),
        question.question(),
        question.category().intern(),
        question.answers(),
        question.options(),
        question.image().map(ImagePlace::single).orElse(List.of()).stream()
            .map(place -> place.video().map(ImagePlace.Video::name).orElseGet(place::id))
            .toList());
  }
}

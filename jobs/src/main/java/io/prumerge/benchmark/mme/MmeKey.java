package io.prumerge.benchmark.mme;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.source.JsonLine;

/**
 * The key that matches MME's questions between files.
 *
 * @param task one of {@link MmeTasks#ALL}
 * @param image the image's file name without its ending: LLaVA's converter replaces the ending by
 *     {@code .txt}
 * @param question without the request to answer yes or no
 */
record MmeKey(String task, String image, String question) {

  private static final String PLEASE = "Please answer yes or no.";

  /**
   * Returns the key of a question about {@code image}.
   *
   * @param task checked by {@link MmeTasks#checked}
   * @param image path or name of the image
   * @param text the question in any file's wording
   */
  static MmeKey of(String task, String image, String text) {
    String name = image.substring(image.lastIndexOf('/') + 1);
    int ending = name.lastIndexOf('.');
    return new MmeKey(task, ending < 0 ? name : name.substring(0, ending), bare(text));
  }

  /** Returns the key of a line of LLaVA's file, in which the image path begins with the task. */
  static MmeKey ofPath(String image, String text, JsonLine line) {
    int slash = image.indexOf('/');
    String task = slash < 0 ? image : image.substring(0, slash);
    return of(MmeTasks.checked(task, line.where()), image, text);
  }

  /**
   * Returns the question alone. The releases write one space or two before the request; LLaVA's
   * file replaces the request by a line of its own.
   */
  private static String bare(String text) {
    String bare = text.strip();
    for (String suffix : new String[] {PromptProfile.LLAVA.suffix("mme").strip(), PLEASE}) {
      if (bare.endsWith(suffix)) {
        bare = bare.substring(0, bare.length() - suffix.length()).strip();
      }
    }
    return bare;
  }

  /** Returns the key of the pair, equal for the two questions about an image. */
  String pair() {
    return task + "/" + image;
  }

  /** Returns the key as {@link Benchmark#key} describes it. */
  String text() {
    return pair() + "\n" + question;
  }

  /** Returns the question's text in the release. */
  String official() {
    return question + " " + PLEASE;
  }
}

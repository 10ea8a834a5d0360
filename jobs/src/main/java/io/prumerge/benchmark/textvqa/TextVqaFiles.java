package io.prumerge.benchmark.textvqa;

import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.QuestionFile;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.SplitFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/**
 * The files of TextVQA to read.
 *
 * @param questions LLaVA's question file or the official one
 * @param annotations the official file, which has questions and answers; LLaVA's has no answers
 * @param tokens the tokens that the Rosetta OCR system read, if the file exists
 */
record TextVqaFiles(QuestionFile questions, Optional<Path> annotations, Optional<Path> tokens) {

  private static final String SPLITS = "train|val|test";
  private static final SplitFiles LLAVA =
      new SplitFiles("llava_textvqa_", SPLITS, "_v051_ocr.jsonl", "textvqa");
  private static final SplitFiles OFFICIAL =
      new SplitFiles("TextVQA_0.5.1_", SPLITS, ".json", "annotations");
  private static final List<SplitFiles> KINDS = List.of(LLAVA, OFFICIAL);
  private static final SplitFiles TOKENS =
      new SplitFiles("TextVQA_Rosetta_OCR_v0.2_", SPLITS, ".json", "annotations");

  static Optional<TextVqaFiles> in(SourceFiles source) throws IOException {
    Optional<QuestionFile> questions = QuestionFile.in(source, KINDS, Set.of());
    if (questions.isEmpty()) {
      return Optional.empty();
    }
    String split = questions.get().split();
    return Optional.of(
        new TextVqaFiles(
            questions.get(), OFFICIAL.find(split, source), TOKENS.find(split, source)));
  }

  /** The table to read if there is no question file. */
  static HuggingFaceTable table(SourceFiles source) throws IOException {
    return QuestionFile.table(
        source, KINDS, "validation", "question_id", "image_id", "question", "ocr_tokens");
  }

  boolean official() {
    return questions.kind().equals(OFFICIAL);
  }
}

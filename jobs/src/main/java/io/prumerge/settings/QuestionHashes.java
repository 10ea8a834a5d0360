package io.prumerge.settings;

/**
 * Hashes of the questions that a run asks.
 *
 * @param examplesSha256 hash of the planned questions and their images' hashes
 * @param examplesFilesSha256 hash of the names of the examples' files, which chunks may depend on
 * @param promptsSha256 hash of the planned questions' prompts
 */
public record QuestionHashes(
    String examplesSha256, String examplesFilesSha256, String promptsSha256) {}

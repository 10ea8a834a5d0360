package io.prumerge.finetune;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;

/**
 * What the model's files were.
 *
 * @param configSha256 as in {@code report/runs}; empty in records of earlier versions
 * @param tokenizerSha256 likewise
 * @param weightsSha256 as in {@code report/runs}
 */
record BaseModelHashes(
    @JsonSetter(nulls = Nulls.AS_EMPTY) String configSha256,
    @JsonSetter(nulls = Nulls.AS_EMPTY) String tokenizerSha256,
    String weightsSha256) {}

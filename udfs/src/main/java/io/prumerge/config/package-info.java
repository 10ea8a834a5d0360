/**
 * What a checkpoint's {@code config.json} and its companions say: one record per part of the model,
 * read and checked. Original LLaVA spellings are turned into Hugging Face's first.
 */
package io.prumerge.config;

/**
 * The shared parts of the VQA family: ten human answers, their accuracy, and the normalisation of
 * answers.
 */
package io.prumerge.benchmark.vqa;

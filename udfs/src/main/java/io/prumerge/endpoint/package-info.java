/**
 * Models behind OpenAI-compatible services: addresses, requests, retries and answers. Nothing here
 * needs Spark, and a judge's requests go the same way as a model's.
 */
package io.prumerge.endpoint;

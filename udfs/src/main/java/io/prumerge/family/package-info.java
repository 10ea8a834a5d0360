/**
 * The families of models: what the config.json of each becomes, how its tensors are named, how its
 * pictures and prompts look. Nobody outside asks which family a model is of; they ask what it can.
 */
package io.prumerge.family;

// openid-client, told what to do by pytest: a JSON array a line, the answer a JSON object a line.

import { createInterface } from "node:readline";
import * as client from "openid-client";

let config;
let checks = {};

const plain = (tokens) => ({ ...tokens, claims: tokens.claims?.() });

const commands = {
  // Metadata by discovery; `auth` is one of openid-client's ways to authenticate.
  async discover({ issuer, clientId, secret, auth, algorithm = "oidc", metadata = {} }) {
    const way = client[auth](...(secret ? [secret] : []));
    const options = { algorithm, execute: [client.allowInsecureRequests] };
    config = await client.discovery(new URL(issuer), clientId, metadata, way, options);
    return config.serverMetadata();
  },
  async authorizationUrl({ parameters, pushed }) {
    const verifier = client.randomPKCECodeVerifier();
    checks = {
      pkceCodeVerifier: verifier,
      expectedState: client.randomState(),
      expectedNonce: parameters.scope.split(" ").includes("openid") ? client.randomNonce() : undefined,
      maxAge: parameters.max_age === undefined ? undefined : Number(parameters.max_age),
      idTokenExpected: parameters.scope.split(" ").includes("openid"),
    };
    const all = {
      ...parameters,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state: checks.expectedState,
      ...(checks.expectedNonce ? { nonce: checks.expectedNonce } : {}),
    };
    const build = pushed ? client.buildAuthorizationUrlWithPAR : client.buildAuthorizationUrl;
    return { url: (await build(config, all)).href };
  },
  async callback({ url }) {
    return plain(await client.authorizationCodeGrant(config, new URL(url), checks));
  },
  async refresh({ token, parameters }) {
    return plain(await client.refreshTokenGrant(config, token, parameters));
  },
  async clientCredentials({ parameters }) {
    return plain(await client.clientCredentialsGrant(config, parameters));
  },
  async userinfo({ token, subject }) {
    return client.fetchUserInfo(config, token, subject);
  },
  async device({ parameters }) {
    return client.initiateDeviceAuthorization(config, parameters);
  },
  async poll({ device, seconds }) {
    const options = { signal: AbortSignal.timeout(seconds * 1000) };
    return plain(await client.pollDeviceAuthorizationGrant(config, device, undefined, options));
  },
  async introspect({ token, parameters }) {
    return client.tokenIntrospection(config, token, parameters);
  },
  async revoke({ token, parameters }) {
    await client.tokenRevocation(config, token, parameters);
    return {};
  },
  async api({ token, url }) {
    const answer = await client.fetchProtectedResource(config, token, new URL(url), "GET");
    return { status: answer.status, body: await answer.json() };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [name, argument] = JSON.parse(line);
  let answer;
  try {
    answer = await commands[name](argument);
  } catch (failure) {
    answer = {
      failure: failure.message,
      code: failure.code,
      error: failure.error,
      description: failure.error_description,
      status: failure.status,
      cause: String(failure.cause?.message ?? JSON.stringify(failure.cause)),
    };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

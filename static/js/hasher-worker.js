// SHA-256 (FIPS 180-4) and SM3 (GB/T 32905-2016) of a file in one pass, with flat memory.
// In: {file}. Out: {type: "progress", done, total}, then {type: "done", sha256, sm3, size} or {type: "failed", reason}.
"use strict";

const BLOCK = 64;
const REPORT_MS = 100;

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
const SHA_K = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const SHA_START = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];
const SM3_START = [
  0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
];
// T_j <<< (j mod 32), GB/T 32905, 4.2 and 5.3.3.
const SM3_T = Int32Array.from({ length: 64 }, (_, j) => {
  const t = j < 16 ? 0x79cc4519 : 0x7a879d8a;
  const by = j % 32;
  return by === 0 ? t : (t << by) | (t >>> (32 - by));
});

const shaState = Int32Array.from(SHA_START);
const sm3State = Int32Array.from(SM3_START);
const words = new Int32Array(16);
const shaW = new Int32Array(64);
const sm3W = new Int32Array(68);

function loadWords(bytes, at) {
  for (let i = 0; i < 16; i++, at += 4) {
    words[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
}

function compressSha() {
  const w = shaW;
  for (let i = 0; i < 16; i++) w[i] = words[i];
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = shaState[0] | 0;
  let b = shaState[1] | 0;
  let c = shaState[2] | 0;
  let d = shaState[3] | 0;
  let e = shaState[4] | 0;
  let f = shaState[5] | 0;
  let g = shaState[6] | 0;
  let h = shaState[7] | 0;
  for (let i = 0; i < 64; i++) {
    const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + big1 + (g ^ (e & (f ^ g))) + SHA_K[i] + w[i]) | 0;
    const big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (big0 + ((a & b) | (c & (a | b)))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  shaState[0] += a;
  shaState[1] += b;
  shaState[2] += c;
  shaState[3] += d;
  shaState[4] += e;
  shaState[5] += f;
  shaState[6] += g;
  shaState[7] += h;
}

function compressSm3() {
  const w = sm3W;
  for (let i = 0; i < 16; i++) w[i] = words[i];
  for (let i = 16; i < 68; i++) {
    const y = w[i - 3];
    const x = w[i - 16] ^ w[i - 9] ^ ((y << 15) | (y >>> 17));
    const z = w[i - 13];
    w[i] = x ^ ((x << 15) | (x >>> 17)) ^ ((x << 23) | (x >>> 9)) ^ ((z << 7) | (z >>> 25)) ^ w[i - 6];
  }
  let a = sm3State[0] | 0;
  let b = sm3State[1] | 0;
  let c = sm3State[2] | 0;
  let d = sm3State[3] | 0;
  let e = sm3State[4] | 0;
  let f = sm3State[5] | 0;
  let g = sm3State[6] | 0;
  let h = sm3State[7] | 0;
  for (let i = 0; i < 16; i++) {
    const a12 = (a << 12) | (a >>> 20);
    const s = (a12 + e + SM3_T[i]) | 0;
    const ss1 = (s << 7) | (s >>> 25);
    const t1 = ((a ^ b ^ c) + d + (ss1 ^ a12) + (w[i] ^ w[i + 4])) | 0;
    const t2 = ((e ^ f ^ g) + h + ss1 + w[i]) | 0;
    d = c;
    c = (b << 9) | (b >>> 23);
    b = a;
    a = t1;
    h = g;
    g = (f << 19) | (f >>> 13);
    f = e;
    e = t2 ^ ((t2 << 9) | (t2 >>> 23)) ^ ((t2 << 17) | (t2 >>> 15));
  }
  for (let i = 16; i < 64; i++) {
    const a12 = (a << 12) | (a >>> 20);
    const s = (a12 + e + SM3_T[i]) | 0;
    const ss1 = (s << 7) | (s >>> 25);
    const t1 = (((a & b) | (c & (a | b))) + d + (ss1 ^ a12) + (w[i] ^ w[i + 4])) | 0;
    const t2 = ((g ^ (e & (f ^ g))) + h + ss1 + w[i]) | 0;
    d = c;
    c = (b << 9) | (b >>> 23);
    b = a;
    a = t1;
    h = g;
    g = (f << 19) | (f >>> 13);
    f = e;
    e = t2 ^ ((t2 << 9) | (t2 >>> 23)) ^ ((t2 << 17) | (t2 >>> 15));
  }
  sm3State[0] ^= a;
  sm3State[1] ^= b;
  sm3State[2] ^= c;
  sm3State[3] ^= d;
  sm3State[4] ^= e;
  sm3State[5] ^= f;
  sm3State[6] ^= g;
  sm3State[7] ^= h;
}

function compress(bytes, at) {
  loadWords(bytes, at);
  compressSha();
  compressSm3();
}

const rest = new Uint8Array(2 * BLOCK); // bytes that do not fill a block yet; two blocks take the padding
let restLength = 0;
let size = 0;

function update(bytes) {
  let at = 0;
  size += bytes.length;
  if (restLength > 0) {
    at = Math.min(BLOCK - restLength, bytes.length);
    rest.set(bytes.subarray(0, at), restLength);
    restLength += at;
    if (restLength < BLOCK) return;
    compress(rest, 0);
    restLength = 0;
  }
  for (; at + BLOCK <= bytes.length; at += BLOCK) compress(bytes, at);
  rest.set(bytes.subarray(at), 0);
  restLength = bytes.length - at;
}

// One bit 1, zeros, and the length in bits as 64 bits, high bytes first: the same for both.
function finish() {
  const end = restLength < BLOCK - 8 ? BLOCK : 2 * BLOCK;
  rest.fill(0, restLength);
  rest[restLength] = 0x80;
  const view = new DataView(rest.buffer);
  view.setUint32(end - 8, Math.floor(size / 0x20000000));
  view.setUint32(end - 4, (size << 3) >>> 0);
  for (let at = 0; at < end; at += BLOCK) compress(rest, at);
}

function hex(state) {
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

function reset() {
  shaState.set(SHA_START);
  sm3State.set(SM3_START);
  restLength = 0;
  size = 0;
}

async function hashFile(file) {
  reset();
  const reader = file.stream().getReader();
  let told = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    update(value);
    const now = performance.now();
    if (now - told > REPORT_MS) {
      told = now;
      postMessage({ type: "progress", done: size, total: file.size });
    }
  }
  if (size !== file.size) throw new Error(`read ${size} of ${file.size} bytes`);
  finish();
  postMessage({ type: "done", sha256: hex(shaState), sm3: hex(sm3State), size });
}

onmessage = (event) => {
  hashFile(event.data.file).catch((error) => postMessage({ type: "failed", reason: String(error) }));
};

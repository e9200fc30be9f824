#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Write params.c: the constants of RFC 6509 Appendix A and of P-256.

usage: gen-params.py tests/vectors/rfc6509_params.txt > userspace/lib/sakke/params.c
       gen-params.py tests/vectors/rfc6509_params.txt fp8 > userspace/lib/sakke/fp8_params.c

Field elements are in Montgomery form with R = 2^1024 (SAKKE) and R = 2^256
(P-256) unless the comment says plain.
"""
import sys

vec = {}
for line in open(sys.argv[1]):
    if ' = ' in line and not line.startswith('#'):
        k, v = line.strip().split(' = ')
        vec[k] = int(v, 16)
p, q, Px, Py, g = (vec[k] for k in ('p', 'q', 'Px', 'Py', 'g'))
assert p == 4 * q - 1 and p % 4 == 3


def limbs(x, n):
    assert 0 <= x < 2 ** (64 * n)
    return [(x >> (64 * i)) & (2 ** 64 - 1) for i in range(n)]


def body(x, n):
    out, w = '', limbs(x, n)
    for i in range(0, n, 4):
        out += '\t\t' + ' '.join('0x%016x,' % v for v in w[i:i + 4]) + '\n'
    return out


def emit(name, x, n, why):
    typ = {16: 'struct ksrtp_fp', 4: 'struct ksrtp_p256_fe'}[n]
    print('\n/* %s */' % why)
    print('const %s %s = {\n\t{\n%s\t}\n};' % (typ, name, body(x, n)))


def fp8(name, x):
    print('\t.%s = { .d = {' % name)
    for i in range(20):
        d = '0x%x' % (x >> (52 * i) & (2 ** 52 - 1))
        print('\t\t{ %s },' % ', '.join([d] * 8))
    assert x < 2 ** 1040
    print('\t} },')


def inv64(m):
    return -pow(m, -1, 2 ** 64) % 2 ** 64


def inv62(m):
    return pow(m, -1, 2 ** 62)


def modulus(name, m, n, why):
    R = 2 ** (64 * n)
    print('\n/* %s */' % why)
    print('const struct ksrtp_mod%d %s = {' % (n, name))
    print('\t.m = {\n%s\t},' % body(m, n))
    print('\t.r2 = {\n%s\t},' % body(R * R % m, n))
    print('\t.n0 = 0x%016x,' % inv64(m))
    print('\t.inv62 = 0x%016x,' % inv62(m))
    print('};')


def sqrt(x):
    r = pow(x, (p + 1) // 4, p)
    assert r * r % p == x % p
    return r


# y^2 = x^3 - 3x to X^2 + Y^2 = 1 - X^2 Y^2; one sign of s makes 2 s^3 a square
s = sqrt(-3 % p)
if pow(2 * s ** 3, (p - 1) // 2, p) != 1:
    s = p - s
ra = sqrt(2 * pow(s, 3, p) % p)
X = ra * Px * pow(s * Py, -1, p) % p
Y = (Px - s) * pow(Px + s, -1, p) % p
assert (X * X + Y * Y - 1 + X * X * Y * Y) % p == 0

# U of order 4 with 2U = (is, 0); the gradient of its tangent: (a + ib)^2 = 2 sqrt(6) + 3is
norm = sqrt(4 * 6 + 9 * s * s)
Ta = next(sqrt(h) for h in ((sqrt(6) + n * pow(2, -1, p)) % p for n in (norm, p - norm))
          if pow(h, (p - 1) // 2, p) == 1)
Tb = 3 * s * pow(2 * Ta, -1, p) % p
assert (Ta * Ta - Tb * Tb - 2 * sqrt(6)) % p == 0

if sys.argv[2:] == ['fp8']:
    print('''/* SPDX-License-Identifier: BSD-3-Clause */
/* Written by gen-params.py from the vector file of RFC 6509 Appendix A; do not edit. */
#if defined(__x86_64__)
#include "fp8.h"

const struct ksrtp_fp8_consts ksrtp_fp8_k = {''')
    fp8('p', p)
    fp8('p64', 64 * p)
    fp8('one', 2 ** 1040 % p)
    fp8('r_in', 2 ** 1056 % p)
    fp8('r_out', 2 ** 1024 % p)
    print('\t.n0 = { %s },' % ', '.join(['0x%x' % (inv64(p) & (2 ** 52 - 1))] * 8))
    print('};\n#endif')
    sys.exit()

R = 2 ** 1024
mont = lambda x: x * R % p

print('''/* SPDX-License-Identifier: BSD-3-Clause */
/* Written by gen-params.py from the vector file of RFC 6509 Appendix A; do not edit. */
#include "fp.h"
#include "p256.h"
#include "params.h"
#include "scalar.h"''')
modulus('ksrtp_mod_p', p, 16, 'the field: p, R^2 mod p, -1/p mod 2^64, 1/p mod 2^62')
modulus('ksrtp_mod_q', q, 16, 'the group order: p = 4q - 1')
# signed digits of q - 1, no two in a row: where Miller's loop adds R, and where -R
x = q - 1
plus, minus = (3 * x & ~x) >> 1, (x & ~(3 * x)) >> 1
assert plus - minus == x and not plus & minus
for name, v in (('ksrtp_miller_plus', plus), ('ksrtp_miller_minus', minus)):
    print('\nconst uint64_t %s[16] = {\n%s};' % (name, body(v, 16).replace('\t\t', '\t')))
emit('ksrtp_fp_one', mont(1), 16, '1')
emit('ksrtp_fp_three', mont(3), 16, '3')
emit('ksrtp_fp_g', mont(g), 16, 'g = <P,P>')
emit('ksrtp_fp_px', mont(Px), 16, 'P, Weierstrass')
emit('ksrtp_fp_py', mont(Py), 16, 'P, Weierstrass')
emit('ksrtp_fp_ed_s', mont(s), 16, 's with s^2 = -3 and 2 s^3 a square')
emit('ksrtp_fp_ed_c', mont(ra * pow(s, -1, p) % p), 16, 'sqrt(2 s^3) / s: X = c x / y')
emit('ksrtp_fp_ed_ra', mont(ra), 16, 'sqrt(2 s^3)')
emit('ksrtp_fp_tangent_a', mont(Ta), 16, '(a + ib)^2 = 2 sqrt(6) + 3is')
emit('ksrtp_fp_tangent_b', mont(Tb), 16, '(a + ib)^2 = 2 sqrt(6) + 3is')

p256 = 2 ** 256 - 2 ** 224 + 2 ** 192 + 2 ** 96 - 1
n256 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
b256 = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b
gx = 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296
gy = 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5
assert (gy * gy - gx ** 3 + 3 * gx - b256) % p256 == 0
m4 = lambda x: x * 2 ** 256 % p256
modulus('ksrtp_mod_p256', p256, 4, 'the field of P-256')
modulus('ksrtp_mod_n256', n256, 4, 'the order of P-256')
emit('ksrtp_p256_one', m4(1), 4, '1')
emit('ksrtp_p256_b', m4(b256), 4, 'b')
emit('ksrtp_p256_gx', m4(gx), 4, 'G')
emit('ksrtp_p256_gy', m4(gy), 4, 'G')

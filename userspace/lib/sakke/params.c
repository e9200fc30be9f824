/* SPDX-License-Identifier: BSD-3-Clause */
/* Written by gen-params.py from the vector file of RFC 6509 Appendix A; do not edit. */
#include "fp.h"
#include "p256.h"
#include "params.h"
#include "scalar.h"

/* the field: p, R^2 mod p, -1/p mod 2^64, 1/p mod 2^62 */
const struct ksrtp_mod16 ksrtp_mod_p = {
	.m = {
		0x666d807afea85feb, 0x80c5df10ac7ace87, 0xfce3e82389857db0, 0x9f94d6af56971f1f,
		0xa7cf3c521c3c09aa, 0xb6aff4a831852a82, 0x512ac5cd65681ce1, 0xe26c6487326b4cd4,
		0x356d27f4a666a6d0, 0xe791b39ff7c88a19, 0x228730d531a59cb0, 0xf40aab27e2fc0f1b,
		0xbe9ae358b3e01a2e, 0x416c0ce19cb48261, 0x65c61198dad0657a, 0x997abb1f0a563fda,
	},
	.r2 = {
		0xe199c8ceed17b0a1, 0x7ffd8b4be3620f7f, 0xca865d5f4f76e245, 0x623ff8dc27ecf5cb,
		0x229900e1d19bb697, 0xed6aef26ea40c71f, 0xa3aed42cc906365c, 0x17d461b69eab6451,
		0x2009367d7d666da9, 0x8bcad1dcb63c1d56, 0x5a126231c31a92dc, 0x5fb41b0eb8d94c5b,
		0xc113d394843f623c, 0x5d8d8e74f159f1eb, 0xae4ba7edb5d48c14, 0x191640b9698af16a,
	},
	.n0 = 0x290420077c8f2f3d,
	.inv62 = 0x16fbdff88370d0c3,
};

/* the group order: p = 4q - 1 */
const struct ksrtp_mod16 ksrtp_mod_q = {
	.m = {
		0xd99b601ebfaa17fb, 0x203177c42b1eb3a1, 0xff38fa08e2615f6c, 0xa7e535abd5a5c7c7,
		0xa9f3cf14870f026a, 0x6dabfd2a0c614aa0, 0x144ab173595a0738, 0x389b1921cc9ad335,
		0x4d5b49fd2999a9b4, 0x39e46ce7fdf22286, 0xc8a1cc354c69672c, 0xbd02aac9f8bf03c6,
		0x6fa6b8d62cf8068b, 0x905b0338672d2098, 0x9971846636b4195e, 0x265eaec7c2958ff6,
	},
	.r2 = {
		0xda18351aab65130d, 0x53d2a86ff2ea3168, 0x9cf2730004b7e984, 0x7df33bab26caacf6,
		0xbd9ffef9a4e7d523, 0xe4baf1d588717ce0, 0x24b1bbc4bc93533a, 0x9ad2dc261db57a34,
		0x422970b3838d8f48, 0x890491f5401df1e3, 0xf3d2a16bbcb013be, 0x9b9de76d5595e10b,
		0x58d7c6f9f724bb45, 0xb2074f8f97cac807, 0x76271e07c569cadc, 0x14274810a10f335f,
	},
	.n0 = 0xb8a1d17d46eaa4cd,
	.inv62 = 0x075e2e82b9155b33,
};

const uint64_t ksrtp_miller_plus[16] = {
	0x02200020002a2002, 0x2042000440200422, 0x0041020902820000, 0xa805400000280808,
	0xaa0410148810028a, 0x8000012a10814aa0, 0x1450020402020840, 0x40a0212210a01445,
	0x50004a012a222a04, 0x4204810800022288, 0x08a21045508a0840, 0x0104000a01000408,
	0x8028010041000890, 0x90800440884120a0, 0xa202048840042200, 0x2880000802a01000,
};

const uint64_t ksrtp_miller_minus[16] = {
	0x2884a00140800808, 0x0010884015015080, 0x010808002020a094, 0x00200a542a824040,
	0x0010410001010020, 0x1254040004200000, 0x00055090a8a80108, 0x0805080044054110,
	0x02a5000400888050, 0x0820142002100002, 0x400044100420a114, 0x4401554008410041,
	0x1081482a14080204, 0x0025010821140008, 0x08908022095008a2, 0x02215140400a800a,
};

/* 1 */
const struct ksrtp_fp ksrtp_fp_one = {
	{
		0x99927f850157a015, 0x7f3a20ef53853178, 0x031c17dc767a824f, 0x606b2950a968e0e0,
		0x5830c3ade3c3f655, 0x49500b57ce7ad57d, 0xaed53a329a97e31e, 0x1d939b78cd94b32b,
		0xca92d80b5999592f, 0x186e4c60083775e6, 0xdd78cf2ace5a634f, 0x0bf554d81d03f0e4,
		0x41651ca74c1fe5d1, 0xbe93f31e634b7d9e, 0x9a39ee67252f9a85, 0x668544e0f5a9c025,
	}
};

/* 3 */
const struct ksrtp_fp ksrtp_fp_three = {
	{
		0xffdc7d9906b62069, 0x7c22a4aca199f75a, 0x0f8c774e50648b8d, 0xe217ce934f0c6460,
		0xb8f3d26572d3cfaa, 0x6e9038b708662b72, 0x6a2a22fd04f76f97, 0x93e2095c03e77fda,
		0xf4de3838bffebdeb, 0x7a277de029154d81, 0x535c0bd607c3f08b, 0x3bcaa8389113b478,
		0x46f98f447c9f7d15, 0xb8e3bf97f0797417, 0x0321a803b9ee049c, 0x009a5864cc50c0bc,
	}
};

/* g = <P,P> */
const struct ksrtp_fp ksrtp_fp_g = {
	{
		0x170a46d2335c1685, 0xeac9e971e1007a58, 0x40e8f3df43ca4a73, 0x2646f81582642475,
		0x3af49bb4b36576d1, 0xd89e2d1472bf1afb, 0x27be882c2fd151e6, 0xaddedc858f88717c,
		0xd6d859bf16ac6c6f, 0x0e741a1b2d8eae58, 0x6faf7a0061c1f30d, 0x66dbd09a9b67e096,
		0x21f11c067d3b4f7d, 0x6152ba02c727c98e, 0xafd58891e86cb221, 0x59e93c6a6bd3baf4,
	}
};

/* P, Weierstrass */
const struct ksrtp_fp ksrtp_fp_px = {
	{
		0xbf9c7ec6e0162bc2, 0xddecc6e310a89289, 0x5d599df09e499d81, 0x9a96ea286d358218,
		0x01aec7d370c5f8db, 0xe72e49958cf5d066, 0xc2e7297d3e91d7f8, 0x8621db92da9f2f5a,
		0x4b26c8675a5679ed, 0x233385df2c56aac1, 0xb88e74d4c6a13f99, 0x1214b173ffa8ec11,
		0xa0386a271f3f9fef, 0xbd9b1b4ec0e7b44e, 0xafe528dceecd3496, 0x8dfff96a1c49f80b,
	}
};

/* P, Weierstrass */
const struct ksrtp_fp ksrtp_fp_py = {
	{
		0xb4a4753ac03c0c83, 0x68e69d18abcdcd75, 0xe3839b88f775b649, 0x803f949abf58f352,
		0x5f702679bd0bc15c, 0x85bf5d168ff298c2, 0x3f6ebd98c6c7976e, 0x20618af445e3e1b4,
		0x67d5598e54e64093, 0xb047283b504fed9e, 0x450cabfd70d87517, 0x47d628bf3f5addbe,
		0x0037ef3078cb4cca, 0x4e148d3c6b1c4908, 0xe256d3294fcfd837, 0x2aa1207bde3c01f3,
	}
};

/* s with s^2 = -3 and 2 s^3 a square */
const struct ksrtp_fp ksrtp_fp_ed_s = {
	{
		0xd8fe0e6bd7215603, 0xacb31fc1cef6890d, 0xe3c4257e66c07341, 0xbc38bb90fd766730,
		0x81a0ca8451d5e86d, 0xe7784ab8f0c760dc, 0x552fddee86c31161, 0x248cdc13797e9306,
		0xc8093fca7b2f7924, 0x9614b7e4de56c46a, 0x9854e3a5a6116fee, 0xd065e1a80e92c50d,
		0xb48d033667a1fed0, 0xe7fc1b7d68098bc3, 0x348b44e2ac7392e5, 0x3b689456ec36a853,
	}
};

/* sqrt(2 s^3) / s: X = c x / y */
const struct ksrtp_fp ksrtp_fp_ed_c = {
	{
		0x5ae5e89698365dce, 0xa2c34f4b1f610d99, 0x051f73741e7d208c, 0x143f68cda8d1062c,
		0x8ba83428d0cbb00c, 0xf59c2bb39392152a, 0xfadda4c124eab4c1, 0xbfd45f1f16c901f4,
		0x5d2f0c4e71b6b2e0, 0x577353501c1fafff, 0xa331cca6620f6900, 0x901f29130f9e3fa3,
		0x4f7208889df91ee0, 0xc3071f67a8f37679, 0x89a7544afeef500e, 0x602dbf4ab50cc449,
	}
};

/* sqrt(2 s^3) */
const struct ksrtp_fp ksrtp_fp_ed_ra = {
	{
		0xe3813fa97e917e33, 0xdb9c68c11c74e09e, 0xe1f399df73b0aeed, 0x9afb860be24a7ca8,
		0xc1228475605d008e, 0x7b96b54b329e74a7, 0x9dbfec11fcf73578, 0x722400fd56aef68a,
		0x03dbcbdc70d232c9, 0x506a3c36d366d3f7, 0xd79dff32bc3c9c6e, 0x99ed86388c1f0367,
		0xd2d04c226159c787, 0x93fdaf2b055831f8, 0x7ae912a5575f9130, 0x84416e6ef7ae3237,
	}
};

/* (a + ib)^2 = 2 sqrt(6) + 3is */
const struct ksrtp_fp ksrtp_fp_tangent_a = {
	{
		0x5c2341a2c97a7ead, 0x1753ad4a44b50479, 0x1fdd688df55a057a, 0xa98280de9c097052,
		0x70fdb772abdbe8bd, 0x359e34817222c58b, 0xac3b4f909f6de009, 0xde4dc9057c131acb,
		0x3d49bb3db3fbcc12, 0x63b1d4ae9c819d07, 0xe254e7a78da25cb4, 0xec4d82dbca2fb9a0,
		0x4753800eb66b817e, 0x99a4e7bca4b218e4, 0x62e69fdaad163554, 0x2f3cf07daaa77127,
	}
};

/* (a + ib)^2 = 2 sqrt(6) + 3is */
const struct ksrtp_fp ksrtp_fp_tangent_b = {
	{
		0xfec2a6f3cebbdf21, 0x8b6fa200daac091f, 0xe5420ae629231b12, 0x6abce7ef0cc795d9,
		0x1aaa7cb624efc74e, 0xbffdf732216f4f9f, 0x4ea25530857cd4b8, 0xe18696199ab5e729,
		0x1fe55110bdbae6cd, 0xf3c17ea17f9e12f8, 0xc0dce4fed46d0c4b, 0xa3d1a637456e8602,
		0x081e8879e78d9d61, 0x296237ab04415d95, 0x26c0b47051d91aba, 0x30f0cecd0a655322,
	}
};

/* the field of P-256 */
const struct ksrtp_mod4 ksrtp_mod_p256 = {
	.m = {
		0xffffffffffffffff, 0x00000000ffffffff, 0x0000000000000000, 0xffffffff00000001,
	},
	.r2 = {
		0x0000000000000003, 0xfffffffbffffffff, 0xfffffffffffffffe, 0x00000004fffffffd,
	},
	.n0 = 0x0000000000000001,
	.inv62 = 0x3fffffffffffffff,
};

/* the order of P-256 */
const struct ksrtp_mod4 ksrtp_mod_n256 = {
	.m = {
		0xf3b9cac2fc632551, 0xbce6faada7179e84, 0xffffffffffffffff, 0xffffffff00000000,
	},
	.r2 = {
		0x83244c95be79eea2, 0x4699799c49bd6fa6, 0x2845b2392b6bec59, 0x66e12d94f3d95620,
	},
	.n0 = 0xccd1c8aaee00bc4f,
	.inv62 = 0x332e375511ff43b1,
};

/* 1 */
const struct ksrtp_p256_fe ksrtp_p256_one = {
	{
		0x0000000000000001, 0xffffffff00000000, 0xffffffffffffffff, 0x00000000fffffffe,
	}
};

/* b */
const struct ksrtp_p256_fe ksrtp_p256_b = {
	{
		0xd89cdf6229c4bddf, 0xacf005cd78843090, 0xe5a220abf7212ed6, 0xdc30061d04874834,
	}
};

/* G */
const struct ksrtp_p256_fe ksrtp_p256_gx = {
	{
		0x79e730d418a9143c, 0x75ba95fc5fedb601, 0x79fb732b77622510, 0x18905f76a53755c6,
	}
};

/* G */
const struct ksrtp_p256_fe ksrtp_p256_gy = {
	{
		0xddf25357ce95560a, 0x8b4ab8e4ba19e45c, 0xd2e88688dd21f325, 0x8571ff1825885d85,
	}
};

# Effective addresses: base, scaled index and displacement; LEA computes one and reads nothing.
        mov     eax, [ebx+ecx*4+16]
        mov     edx, [ecx*8+0x2000]
        lea     esi, [eax+eax*2]
        lea     edi, [ebx-1]
        ret
# 0x1000: 8b 44 8b 10 8b 14 cd 00 20 00 00 8d 34 40 8d 7b ff c3

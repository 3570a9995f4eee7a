# Moves that extend a byte or a word, from registers and memory.
        movzx   eax, bl
        movzx   ecx, byte ptr [esi]
        movsx   edx, cx
        movsx   ebx, word ptr [edi+2]
        movzx   ebp, ah
        ret
# 0x1000: 0f b6 c3 0f b6 0e 0f bf d1 0f bf 5f 02 0f b6 ec c3
